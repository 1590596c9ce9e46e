package dev.twine.testkit;

import static dev.twine.testkit.Nodes.BULK;
import static dev.twine.testkit.Nodes.FAST;
import static dev.twine.testkit.Nodes.WAIT;
import static dev.twine.testkit.Nodes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.broadcaster.BroadcasterConfig;
import dev.twine.broadcaster.QueueLimit;
import dev.twine.network.Backlog;
import dev.twine.network.GossipNode;
import dev.twine.network.Lane;
import dev.twine.network.TransportKind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** An application that sends as fast as the slowest peer takes. */
class BacklogTest {
  @AutoClose
  private final Nodes nodes = new Nodes();

  @Test
  void whoWaitsBeforeEachMessageIsNeverRefusedByAFullLane() throws Exception {
    GossipNode a = node(new QueueLimit(4, 6 << 20));
    GossipNode b = nodes.ws();
    var inbox = new Inbox();
    b.handle(BULK, inbox);
    nodes.connect(a, b);

    for (int i = 0; i < 1_000; i++) {
      assertThat(a.awaitBacklog(Lane.BULK, new Backlog(3, 1 << 20), WAIT)).isTrue();
      assertThat(a.broadcast(BULK, text("m" + i)).accepted()).isTrue();
    }

    inbox.await(1_000, WAIT);
    assertThat(a.peers().list().get(0).dropped()).isZero();
  }

  @Test
  void withNoBacklogEverythingIsWithTheSockets() throws Exception {
    GossipNode a = nodes.ws();
    nodes.connect(a, nodes.ws());
    for (int i = 0; i < 100; i++) {
      a.broadcast(BULK, text("m" + i));
    }

    assertThat(a.awaitBacklog(Lane.BULK, Backlog.NONE, WAIT)).isTrue();

    assertThat(Nodes.metric(a, "twine_broadcast_queue_length")).isZero();
    assertThat(a.peers().list().get(0).bulkQueue()).isZero();
  }

  @Test
  void aHandlerIsRefusedBecauseItWouldWaitForItself() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    var thrown = new CompletableFuture<Throwable>();
    b.handle(FAST, message -> {
      try {
        b.awaitBacklog(Lane.BULK, Backlog.NONE, Duration.ZERO);
        thrown.complete(new AssertionError("it waited"));
      } catch (IllegalStateException e) {
        thrown.complete(e);
      }
    });
    nodes.connect(a, b);

    a.broadcast(FAST, text("x"));

    assertThat(thrown.get(WAIT.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aNodeThatDoesNotRunHasNoRoom() throws Exception {
    GossipNode a = nodes.ws();
    assertThat(a.awaitBacklog(Lane.BULK, Backlog.NONE, Duration.ZERO)).isTrue();

    a.close();

    assertThat(a.awaitBacklog(Lane.BULK, Backlog.NONE, WAIT)).isFalse();
  }

  @Test
  void aBacklogBelowNothingIsAnError() {
    assertThatThrownBy(() -> new Backlog(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backlog(0, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  private GossipNode node(QueueLimit bulk) {
    BroadcasterConfig defaults = BroadcasterConfig.defaults();
    return nodes.node(
        x -> x.withLanes(defaults.withLanes(defaults.lanes().priority(), bulk)),
        nodes.network.transport(TransportKind.WS));
  }
}
