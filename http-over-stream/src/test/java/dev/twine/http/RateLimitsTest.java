package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.ServiceRequest.Caller;
import dev.twine.network.TransportKind;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RateLimits rates =
      new RateLimits(new ServiceLimits.Rate(1, 1), new ServiceLimits.Rate(1, 1), nanos::get);

  @ParameterizedTest
  @CsvSource({
    "[2001:db8:1:ab00::1]:80, 2001:db8:1:abff:ffff::2,      true",
    "/[2001:db8:1:ab00::1]:80, [2001:db8:1:ab00:0:0:0:1]:9, true",
    "[2001:db8:1:ab00::1]:80, [2001:db8:1:aaff::1]:80,      false",
    "[2001:db8:1:ab00::1]:80, [2001:db8:1:ac00::1]:80,      false",
    "192.0.2.1:80,            /192.0.2.1:81,                true",
    "192.0.2.1:80,            192.0.2.1,                    true",
    "192.0.2.1:80,            192.0.2.2:80,                 false",
  })
  void countsByAddressAndOfIpv6By56Bits(String one, String other, boolean together) {
    assertThat(rates.takeFromPeer(at(one))).isZero();

    assertThat(rates.takeFromPeer(at(other)) > 0).isEqualTo(together);
  }

  @Test
  void countsANodeByItsIdWhereverItCallsFrom() {
    NodeId id = NodeKey.generate(KeyType.ED25519).nodeId();
    assertThat(rates.takeFromPeer(new Caller(Optional.of(id), TransportKind.WS, "192.0.2.1:1")))
        .isZero();

    assertThat(rates.takeFromPeer(new Caller(Optional.of(id), TransportKind.P2P, "192.0.2.2:1")))
        .isEqualTo(TimeUnit.SECONDS.toNanos(1));
    assertThat(rates.takeFromPeer(at("192.0.2.1:1")))
        .as("its address is another caller")
        .isZero();
  }

  @Test
  void allCallersOfAServiceShareItsBucketAndAnotherServiceHasItsOwn() {
    Route one = Route.of(PathTemplate.parse("/one"), (request, response) -> {});
    Route other = Route.of(PathTemplate.parse("/other"), (request, response) -> {});

    assertThat(rates.takeFromService(one)).isZero();
    assertThat(rates.takeFromService(one)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    assertThat(rates.takeFromService(other)).isZero();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(rates.takeFromService(one)).isZero();
  }

  @Test
  void giveTokensBackAsTimePasses() {
    assertThat(rates.takeFromPeer(at("192.0.2.1:1"))).isZero();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1) - 1);
    assertThat(rates.takeFromPeer(at("192.0.2.1:1"))).isPositive();
    nanos.addAndGet(1);
    assertThat(rates.takeFromPeer(at("192.0.2.1:1"))).isZero();
  }

  private static Caller at(String address) {
    return new Caller(Optional.empty(), TransportKind.WS, address);
  }
}
