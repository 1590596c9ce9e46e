package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.Multiaddr;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DialRateTest {
  private static final long MINUTE = 60_000_000_000L;
  private static final List<NodeId> PEERS =
      Stream.generate(() -> NodeKey.generate(KeyType.ED25519).nodeId()).limit(3).toList();

  private final DialRate rate = new DialRate(3);

  @Test
  void theDialAfterTheLimitWaitsUntilTheFirstIsAMinuteOld() {
    long now = Long.MAX_VALUE - 5;
    assertThat(start("192.0.2.1", 1, 0, now)).isTrue();
    assertThat(start("192.0.2.1", 2, 1, now + 10)).isTrue();
    assertThat(start("192.0.2.1", 3, 2, now + 20)).isTrue();

    assertThat(start("192.0.2.1", 4, 0, now + MINUTE - 1)).isFalse();
    assertThat(start("192.0.2.2", 4, 0, now + MINUTE - 1)).isTrue();
    assertThat(start("192.0.2.1", 4, 0, now + MINUTE)).isTrue();
    assertThat(start("192.0.2.1", 4, 0, now + MINUTE + 9)).isFalse();
  }

  @Test
  void whatReachedItsPeerDoesNotCount() {
    for (int i = 0; i < 100; i++) {
      assertThat(start("192.0.2.1", 1, 0, i)).isTrue();
      assertThat(start("192.0.2.1", 2, 0, i)).isTrue();
      rate.reached(address("192.0.2.1", 2), PEERS.get(0));
    }
    assertThat(rate.size()).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(start("192.0.2.1", 1, 1, 0)).isTrue();
    }
    rate.reached(address("192.0.2.1", 1), PEERS.get(2));
    assertThat(start("192.0.2.1", 1, 2, 0)).isFalse();
  }

  @Test
  void loopbackAndWhatHasNoIpAreNotCounted() {
    for (int i = 0; i < 10; i++) {
      assertThat(start("127.0.0.1", 1, 0, 0)).isTrue();
      assertThat(rate.start(Multiaddr.parse("/memory/there"), PEERS.get(0), 0)).isTrue();
      assertThat(rate.start(Multiaddr.parse("/ip6/::1/tcp/1"), PEERS.get(0), 0)).isTrue();
    }
    assertThat(rate.size()).isZero();
  }

  @Test
  void theNeighboursInAnIpv6SiteAreOneTarget() {
    for (int i = 0; i < 3; i++) {
      assertThat(rate.start(Multiaddr.parse("/ip6/2001:db8::" + i + "/tcp/1"), PEERS.get(0), 0))
          .isTrue();
    }
    assertThat(rate.start(Multiaddr.parse("/ip6/2001:db8:0:ff::1/tcp/1"), PEERS.get(0), 0))
        .isFalse();
    assertThat(rate.start(Multiaddr.parse("/ip6/2001:db8:0:100::1/tcp/1"), PEERS.get(0), 0))
        .isTrue();
  }

  @Test
  void theTableIsBoundedAndForgetsWhatIsOld() {
    for (int i = 0; i <= DialRate.MAX_TARGETS; i++) {
      assertThat(start("10.1." + i / 256 + "." + i % 256, 1, 0, 0)).isTrue();
    }
    assertThat(rate.size()).isEqualTo(DialRate.MAX_TARGETS);
    assertThat(start("192.0.2.1", 1, 0, MINUTE)).isTrue();
    assertThat(rate.size()).isOne();
  }

  private boolean start(String ip, int port, int peer, long nowNanos) {
    return rate.start(address(ip, port), PEERS.get(peer), nowNanos);
  }

  private static Multiaddr address(String ip, int port) {
    return Multiaddr.parse("/ip4/" + ip + "/tcp/" + port);
  }
}
