package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.PeerInfo.Direction;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Counters counters = new Counters();
  private final Admission admission =
      new Admission(new Limits.Sessions(10, 2, true, 10, 4, Duration.ofSeconds(10)), counters);

  @Test
  void eachAddressHasALimitOfItsOwn() {
    assertThat(in("192.0.2.1")).isPresent();
    Permit last = in("192.0.2.1").orElseThrow();
    assertThat(in("192.0.2.1")).as("one past the limit").isEmpty();
    assertThat(in("192.0.2.2")).as("a neighbour").isPresent();

    last.close();
    last.close();

    assertThat(in("192.0.2.1")).as("the place that was given back").isPresent();
    assertThat(in("192.0.2.1")).as("given back once only").isEmpty();
    assertThat(counters.of(Counters.REFUSED, "reason", "sessions.per-address").sum())
        .isEqualTo(2);
    assertThat(admission.total()).isEqualTo(3);
  }

  @Test
  void addressesOfOneIpv6NetworkShareALimit() {
    assertThat(in("2001:db8:0:1::1")).isPresent();
    assertThat(in("2001:db8:0:ff:ffff::2")).isPresent();
    assertThat(in("2001:db8:0:1::3")).isEmpty();
    assertThat(in("2001:db8:0:100::1")).isPresent();
  }

  @Test
  void loopbackIsExemptOnlyIfTheLimitsSaySo() {
    var strict =
        new Admission(new Limits.Sessions(10, 2, false, 10, 4, Duration.ofSeconds(10)), counters);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    for (int i = 0; i < 3; i++) {
      assertThat(in("127.0.0.1")).isPresent();
      assertThat(strict.admit(loopback, Direction.IN).isPresent()).isEqualTo(i < 2);
    }
  }

  @Test
  void handshakesThatAreDoneMakeRoomForOthers() {
    Permit first = in("192.0.2.1").orElseThrow();
    Permit second = in("192.0.2.2").orElseThrow();
    assertThat(in("192.0.2.3")).isPresent();
    assertThat(in("192.0.2.4")).isPresent();
    assertThat(in("192.0.2.5")).as("one past the limit").isEmpty();
    assertThat(admission.admit(ip("192.0.2.5"), Direction.OUT))
        .as("only incoming ones count")
        .isPresent();

    first.settle();
    first.settle();
    second.close();

    assertThat(admission.pendingHandshakes()).isEqualTo(2);
    assertThat(admission.total()).as("the settled one is still a session").isEqualTo(4);
    assertThat(in("192.0.2.5")).isPresent();
  }

  private Optional<Permit> in(String address) {
    return admission.admit(ip(address), Direction.IN);
  }

  private static InetAddress ip(String address) {
    return Objects.requireNonNull(NetUtil.createInetAddressFromIpAddressString(address));
  }
}
