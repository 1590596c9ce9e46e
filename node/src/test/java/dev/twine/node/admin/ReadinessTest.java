package dev.twine.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.node.FakeNode;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private final FakeNode node = new FakeNode();
  private final AtomicLong clock = new AtomicLong();

  @Test
  void aNodeThatWaitsForNobodyIsReady() {
    node.peers = List.of();

    assertThat(readiness(false).isReady()).isTrue();
  }

  @Test
  void aNodeThatWaitsForPeersIsReadyFromItsFirstSessionOn() {
    var session = node.peers;
    node.peers = List.of();
    Readiness readiness = readiness(true);
    assertThat(readiness.isReady()).isFalse();

    node.peers = session;
    assertThat(readiness.isReady()).isTrue();

    node.peers = List.of();
    assertThat(readiness.isReady()).isTrue();
  }

  @Test
  void afterTheGraceItIsReadyWithoutPeers() {
    node.peers = List.of();
    Readiness readiness = readiness(true);
    clock.set(TimeUnit.SECONDS.toNanos(Readiness.GRACE_SECONDS) - 1);
    assertThat(readiness.isReady()).isFalse();

    clock.incrementAndGet();
    assertThat(readiness.isReady()).isTrue();
  }

  private Readiness readiness(boolean awaitsPeers) {
    return new Readiness(
        new ManagedNode(node, node.key, "ws", "1", awaitsPeers, false, 0), clock::get);
  }
}
