package dev.twine.hybrid;

import static dev.twine.hybrid.Cluster.NEWS;
import static dev.twine.hybrid.Cluster.TX;
import static dev.twine.hybrid.Cluster.VOTE;
import static dev.twine.hybrid.Cluster.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.GossipNode;
import dev.twine.testkit.Eventually;
import dev.twine.testkit.Inbox;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer gets the tags that it asks for, and may ask only for those of the protocol. */
@Timeout(60)
class InterestTest {
  @AutoClose
  private final Cluster cluster = new Cluster();

  @ParameterizedTest
  @EnumSource
  void aPeerGetsTheTagsThatItAskedForLast(Way way) throws Exception {
    GossipNode node = cluster.node(way.kind());
    try (RawPeer peer = RawPeer.dial(way, node, RawPeer.interest("AV"))) {
      awaitInterests(node, 1);
      node.broadcast(TX, text("not wanted"));
      node.broadcast(VOTE, text("wanted"));
      peer.awaitReceived("AV", "wanted");
      assertThat(peer.received("TX")).isEmpty();

      peer.send(RawPeer.interest("TX,VB"));
      awaitInterests(node, 2);
      node.broadcast(VOTE, text("no longer"));
      node.broadcast(TX, text("now"));
      peer.awaitReceived("TX", "now");
      assertThat(peer.received("AV")).containsExactly("wanted");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPeerThatDoesNotAskGetsTheTagsOfTheProtocolAndNoOthers(Way way) throws Exception {
    GossipNode node = cluster.node(way.kind());
    try (RawPeer peer = RawPeer.dial(way, node)) {
      node.broadcast(NEWS, text("private"));
      node.broadcast(TX, text("public"));

      peer.awaitReceived("TX", "public");
      assertThat(peer.received("nw")).isEmpty();
      // The node's own interest goes in the other lane.
      Eventually.until("it arrives", () -> !peer.received("MI").isEmpty());
      assertThat(peer.received("MI"))
          .singleElement()
          .satisfies(interest -> assertThat(interest)
              .contains("AV")
              .doesNotContain("nw")
              .hasSizeLessThanOrEqualTo(48));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "WS, 'AV,nw'", "P2P, 'AV,nw'", "HYBRID_BY_WS, 'AV,nw'", "HYBRID_BY_P2P, 'AV,nw'",
    "WS, AVX", "P2P, AVX", "HYBRID_BY_WS, AVX", "HYBRID_BY_P2P, AVX",
  })
  void aTagThatIsNotOfTheProtocolEndsThatSessionAndNoOther(Way way, String tags) throws Exception {
    GossipNode node = cluster.node(way.kind());
    var handled = new Inbox();
    node.handle(TX, handled);
    try (RawPeer honest = RawPeer.dial(way, node);
        RawPeer peer = RawPeer.dial(way, node)) {
      peer.send(RawPeer.interest(tags), "TXtoo late");

      peer.awaitEnd();
      Eventually.until("its session is gone", () -> peer.session(node).isEmpty());
      assertThat(Cluster.refused(node, "bad-data")).isEqualTo(1);
      node.broadcast(TX, text("still there"));
      honest.awaitReceived("TX", "still there");
      assertThat(handled.messages()).isEmpty();
    }
  }

  private static void awaitInterests(GossipNode node, int count) {
    Eventually.until(
        "the interest is known",
        () -> Cluster.metric(node, "twine_messages_received_total", "MI") == count);
  }
}
