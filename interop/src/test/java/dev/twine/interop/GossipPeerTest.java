package dev.twine.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.GossipConfig;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerRef;
import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.p2p.P2pConfig;
import dev.twine.p2p.P2pNetwork;
import dev.twine.testkit.Eventually;
import dev.twine.testkit.Inbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A node and a program on go-libp2p that speaks go-algorand's gossip protocol on streams. */
@org.junit.jupiter.api.Tag("interop")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GossipPeerTest {
  private static final Tag TX = Tag.of("TX");
  private static final Tag VOTE = Tag.of("AV");
  private static final Tag PRIVATE = Tag.of("nw");
  private static final String V22 = "/algorand-ws/2.2.0";
  private static final String V1 = "/algorand-ws/1.0.0";
  private static final String NETWORK = "interop-v1.0";
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** go-algorand reads no longer one. */
  private static final int MAX_INTEREST = 48;

  /**
   * One meeting.
   *
   * @param twineIsLower whether the node has the lower ID, and so opens the stream
   */
  record Cell(String protocol, boolean twineDials, boolean twineIsLower) {
    @Override
    public String toString() {
      return (twineDials ? "twine -> go " : "go -> twine ")
          + protocol
          + (twineIsLower ? ", twine opens" : ", go opens");
    }
  }

  static List<Cell> cells() {
    var cells = new ArrayList<Cell>();
    for (String protocol : List.of(V22, V1)) {
      for (boolean twineDials : new boolean[] {true, false}) {
        cells.add(new Cell(protocol, twineDials, true));
        cells.add(new Cell(protocol, twineDials, false));
      }
    }
    return cells;
  }

  @ParameterizedTest
  @MethodSource("cells")
  void messagesTravelBothWays(Cell cell) throws Exception {
    Assumptions.assumeTrue(Language.chosen().contains(Language.GO));
    PeerProcess go = Peers.get(Language.GO, Setting.of("tcp", "noise"));
    go.gossip(NETWORK, cell.protocol);
    try (GossipNode node = node(NodeId.parse(go.id()), cell.twineIsLower)) {
      node.start();
      var inbox = new Inbox();
      node.handle(TX, inbox);
      String id = node.nodeId().toString();

      Map<String, String> told = meet(cell, node, go);
      PeerInfo peer = node.peers().list().get(0);
      assertThat(peer.nodeId()).hasToString(go.id());
      assertThat(peer.direction())
          .isEqualTo(cell.twineDials ? PeerInfo.Direction.OUT : PeerInfo.Direction.IN);
      if (cell.protocol.equals(V22)) {
        assertThat(told).containsEntry("X-Algorand-Genesis", NETWORK);
        assertThat(told.get("X-Algorand-Peer-Features")).contains("twine1");
      }

      byte[] large = new byte[256 << 10];
      new Random(1).nextBytes(large);
      go.say(id, "TX", "small".getBytes(UTF_8));
      go.say(id, "TX", large);
      inbox.await(2, DEADLINE);
      assertThat(inbox.messages().get(0).payload()).asString(UTF_8).isEqualTo("small");
      assertThat(inbox.messages().get(1).payload()).isEqualTo(large);

      large[0]++;
      node.broadcast(PRIVATE, "not for go".getBytes(UTF_8));
      node.broadcast(TX, large);
      assertThat(go.hear(id, "TX").body()).isEqualTo(large);
      assertThat(go.hear(id, "MI").body()).hasSizeLessThanOrEqualTo(MAX_INTEREST);
      assertThat(node.peers()
              .ping(PeerRef.of(NodeId.parse(go.id())), DEADLINE)
              .get(30, TimeUnit.SECONDS))
          .isPositive();

      interest(node, go);
      end(cell, node, go);
    }
  }

  /** What go does not want it does not get. */
  private static void interest(GossipNode node, PeerProcess go) {
    String id = node.nodeId().toString();
    byte[] onlyVotes = "\1\4tags\2AV".getBytes(UTF_8);
    go.say(id, "MI", onlyVotes);
    int before = go.hear(id, "TX").tags().size();
    Eventually.until("the interest is known", () -> {
      node.broadcast(VOTE, ("aye " + System.nanoTime()).getBytes(UTF_8));
      node.broadcast(TX, ("tx " + System.nanoTime()).getBytes(UTF_8));
      List<String> since = go.hear(id, "AV").tags();
      int votes = since.lastIndexOf("AV");
      return votes > before && !since.subList(since.size() - 3, since.size()).contains("TX");
    });
    assertThat(go.hear(id, "AV").tags()).doesNotContain("nw", "tw", "tp");
  }

  private static void end(Cell cell, GossipNode node, PeerProcess go) {
    String id = node.nodeId().toString();
    if (cell.twineIsLower) {
      node.peers().disconnect(PeerRef.of(NodeId.parse(go.id())));
      go.awaitGossipEnd(id);
      go.awaitClosed(id);
    } else {
      go.disconnect(id);
    }
    Eventually.until("no session", () -> node.peers().list().isEmpty());
  }

  private static Map<String, String> meet(Cell cell, GossipNode node, PeerProcess go)
      throws Exception {
    String id = node.nodeId().toString();
    if (!cell.twineDials) {
      go.dial(node.addresses().get(0).toString());
    }
    var dialled =
        cell.twineDials ? node.peers().connect(Address.parse(go.listen()), DEADLINE) : null;
    Map<String, String> told = go.meet(id);
    if (dialled != null) {
      dialled.get(30, TimeUnit.SECONDS);
    }
    Eventually.until("a session", () -> node.peers().list().size() == 1);
    return told;
  }

  private static GossipNode node(NodeId other, boolean lower) {
    NodeKey key = NodeKey.generate(KeyType.ED25519);
    while (key.nodeId().compareTo(other) < 0 != lower) {
      key = NodeKey.generate(KeyType.ED25519);
    }
    return P2pNetwork.create(
        GossipConfig.of(key, NETWORK).withTags(List.of(TagSpec.of("nw"))),
        P2pConfig.listening("/ip4/127.0.0.1/tcp/0"));
  }
}
