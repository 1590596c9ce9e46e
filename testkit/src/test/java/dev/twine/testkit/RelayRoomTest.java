package dev.twine.testkit;

import static dev.twine.testkit.Nodes.WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.broadcaster.BroadcasterConfig;
import dev.twine.broadcaster.QueueLimit;
import dev.twine.network.GossipNode;
import dev.twine.network.Tag;
import dev.twine.network.TransportKind;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A node in the middle whose lane has no room for what passes. */
class RelayRoomTest {
  private static final Tag TAG = Tag.of("xb");
  private static final int MESSAGES = 500;

  @AutoClose
  private final Nodes nodes = new Nodes();

  @Test
  void whatFindsTheLaneFullWaitsForItAndIsNotLost() throws Exception {
    var one = new QueueLimit(1, BroadcasterConfig.defaults().lanes().bulk().bytes());
    GossipNode middle = nodes.node(
        config -> config.withLanes(BroadcasterConfig.defaults().withLanes(one, one)),
        nodes.network.transport(TransportKind.WS));
    GossipNode sender = nodes.ws();
    GossipNode receiver = nodes.ws();
    nodes.connect(sender, middle);
    nodes.connect(receiver, middle);
    var inbox = new Inbox();
    receiver.handle(TAG, inbox);

    for (int i = 0; i < MESSAGES; i++) {
      byte[] body = ("message " + i).getBytes(StandardCharsets.UTF_8);
      assertThat(sender.broadcast(TAG, body).accepted()).isTrue();
    }

    inbox.await(MESSAGES, WAIT);
    assertThat(new HashSet<>(inbox.texts())).hasSize(MESSAGES);
    assertThat(Nodes.refused(middle, "lane.bulk")).isZero();
  }
}
