package dev.twine.hybrid;

import static dev.twine.hybrid.Cluster.DEADLINE;
import static dev.twine.hybrid.Cluster.TX;
import static dev.twine.hybrid.Cluster.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.GossipNode;
import dev.twine.testkit.Inbox;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one end says as soon as it may is not lost, though the other one is not done yet. */
@Timeout(60)
class EarlyWordsTest {
  private static final String[] WORDS =
      IntStream.range(0, 50).mapToObj(i -> "TX" + i).toArray(String[]::new);

  @AutoClose
  private final Cluster cluster = new Cluster();

  private final Inbox inbox = new Inbox();

  @ParameterizedTest
  @EnumSource
  void whatADiallerSaysBehindItsGreetingIsHeard(Way way) throws Exception {
    GossipNode node = cluster.node(way.kind());
    node.handle(TX, inbox);

    try (RawPeer peer = RawPeer.dial(way, node, WORDS)) {
      assertAllHeard();
      assertThat(peer.hasEnded()).isFalse();
    }
  }

  /** In the write that ends the handshake. */
  @ParameterizedTest
  @EnumSource
  void whatAListenerSaysBehindItsGreetingIsHeard(Way way) throws Exception {
    GossipNode node = cluster.client(way.kind(), config -> config);
    node.handle(TX, inbox);

    try (RawPeer peer = RawPeer.listen(way, WORDS)) {
      Cluster.get(node.peers().connect(peer.address(), DEADLINE));
      assertAllHeard();
      assertThat(peer.hasEnded()).isFalse();
    }
  }

  /** By the thread that sees the dial succeed. */
  @ParameterizedTest
  @EnumSource
  void whatANodeSaysOnceItsDialIsDoneIsHeard(Way way) throws Exception {
    GossipNode node = cluster.client(way.kind(), config -> config);
    GossipNode other = cluster.node(way.kind());
    other.handle(TX, inbox);

    Cluster.get(Cluster.dial(node, other, way.transport()).thenAccept(info -> {
      for (String word : WORDS) {
        node.broadcast(TX, text(word.substring(2)));
      }
    }));

    assertAllHeard();
  }

  private void assertAllHeard() throws InterruptedException {
    inbox.await(WORDS.length, DEADLINE);
    assertThat(inbox.texts())
        .containsExactlyElementsOf(
            IntStream.range(0, WORDS.length).mapToObj(Integer::toString).toList());
  }
}
