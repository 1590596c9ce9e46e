package dev.twine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.LocalNode;
import dev.twine.gossip.TagTable;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.TransportKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** One node and peers that speak of others as they like. The bytes are written here once more. */
class ExchangeTest {
  private static final byte[] ASK = {1, 0};

  /** Longer than a question takes, and shorter than a handshake may. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  private static final NodeKey STRANGER = NodeKey.generate(KeyType.ED25519);

  @AutoClose
  private final Nodes nodes = new Nodes();

  private final ManualClock clock = new ManualClock();
  private final GossipNode node = node(Discovery.defaults());

  @Test
  void aProvenPeerIsAskedTwiceAndThenOnlyAfterTheInterval() throws Exception {
    try (ScriptedPeer peer = peer(NodeKey.generate(KeyType.ED25519))) {
      assertThat(peer.received(TagTable.EXCHANGE)).isEmpty();
      awaitAsked(peer, 2);
      assertThat(peer.received(TagTable.EXCHANGE)).containsExactly(ASK, ASK);
      clock.advance(QUIET);
      assertThat(peer.received(TagTable.EXCHANGE)).hasSize(2);
      awaitAsked(peer, 3);
    }
  }

  @Test
  void whoAsksIsToldOfTheNodeItselfAndOfItsPeers() throws Exception {
    NodeKey otherKey = NodeKey.generate(KeyType.ED25519);
    try (ScriptedPeer other = peer(otherKey);
        ScriptedPeer asker = peer(NodeKey.generate(KeyType.ED25519))) {
      awaitAsked(other, 1);
      other.send(TagTable.EXCHANGE, answer(record(otherKey, "ws://127.0.0.1:4999", now())));
      awaitLearned(1);

      asker.send(TagTable.EXCHANGE, ASK);

      List<byte[]> told = awaitAnswer(asker);
      assertThat(text(told.get(0)))
          .contains(node.addresses().get(0).toString())
          .contains("ws://127.0.0.1:4999");
      assertThat(told.get(0)[2]).isEqualTo((byte) 2);
    }
  }

  @Test
  void addressesThatNobodyHasSeenToBeTrueArePassedOnByNobody() throws Exception {
    NodeKey liar = NodeKey.generate(KeyType.ED25519);
    try (ScriptedPeer other = peer(liar);
        ScriptedPeer asker = peer(NodeKey.generate(KeyType.ED25519))) {
      awaitAsked(other, 1);
      other.send(
          TagTable.EXCHANGE,
          answer(
              record(liar, "ws://8.8.8.8:80", now()),
              record(liar, "ws://victim.example.com:80", now()),
              record(STRANGER, "ws://127.0.0.1:4998", now())));
      awaitLearned(3);

      asker.send(TagTable.EXCHANGE, ASK);

      assertThat(awaitAnswer(asker).get(0)[2]).isEqualTo((byte) 1);
    }
  }

  @Test
  void questionsComeTwiceAtOnceAndFurtherOnesAreRefused() throws Exception {
    try (ScriptedPeer peer = peer(NodeKey.generate(KeyType.ED25519))) {
      for (int i = 0; i < 1_000; i++) {
        peer.send(TagTable.EXCHANGE, ASK);
      }
      Eventually.until("refused", () -> Nodes.refused(node, "exchange.rate") == 998);
      Eventually.until("answered", () -> answers(peer).size() == 2);
      assertThat(peer.isOpen()).isTrue();
    }
  }

  @Test
  void anAnswerThatNobodyAskedForIsNotRead() throws Exception {
    NodeKey key = NodeKey.generate(KeyType.ED25519);
    try (ScriptedPeer peer = peer(key)) {
      byte[] answer = answer(record(key, "ws://127.0.0.1:4999", now()));
      peer.send(TagTable.EXCHANGE, answer);
      Eventually.until("refused", () -> Nodes.refused(node, "exchange.unasked") == 1);
      awaitAsked(peer, 1);
      peer.send(TagTable.EXCHANGE, answer);
      peer.send(TagTable.EXCHANGE, answer);
      Eventually.until("refused", () -> Nodes.refused(node, "exchange.unasked") == 2);
      assertThat(peer.isOpen()).isTrue();
    }
  }

  @Test
  void aForgedRecordEndsTheSessionAndNothingOfTheMessageIsLearned() throws Exception {
    NodeKey key = NodeKey.generate(KeyType.ED25519);
    try (ScriptedPeer peer = peer(key)) {
      awaitAsked(peer, 1);
      byte[] forged = record(STRANGER, "ws://127.0.0.1:4998", now());
      forged[forged.length - 1] ^= 1;
      double before = Nodes.metric(node, "twine_addresses_known");
      peer.send(TagTable.EXCHANGE, answer(record(key, "ws://127.0.0.1:4999", now()), forged));
      assertThat(peer.awaitClosed(Eventually.DEADLINE)).isTrue();
      assertThat(Nodes.refused(node, "exchange.forged")).isEqualTo(1);
      assertThat(Nodes.metric(node, "twine_addresses_known")).isEqualTo(before);
    }
  }

  @Test
  void aRecordOfAnotherNetworkIsForged() throws Exception {
    NodeKey key = NodeKey.generate(KeyType.ED25519);
    try (ScriptedPeer peer = peer(key)) {
      awaitAsked(peer, 1);
      peer.send(
          TagTable.EXCHANGE, answer(record(key, "ws://127.0.0.1:4999", now(), "other-network")));
      assertThat(peer.awaitClosed(Eventually.DEADLINE)).isTrue();
    }
  }

  @Test
  void oldAndFutureRecordsAreLeftOut() throws Exception {
    NodeKey key = NodeKey.generate(KeyType.ED25519);
    long hour = Duration.ofHours(1).toMillis();
    try (ScriptedPeer peer = peer(key)) {
      awaitAsked(peer, 1);
      peer.send(
          TagTable.EXCHANGE,
          answer(
              record(key, "ws://127.0.0.1:4996", now() - 24 * hour - 60_000),
              record(key, "ws://127.0.0.1:4997", now() + hour + 60_000),
              record(key, "ws://127.0.0.1:4998", now() - 24 * hour + 60_000),
              record(key, "ws://127.0.0.1:4999", now() + hour - 60_000),
              record(key, "ws://169.254.1.1:4999", now()),
              record(key, "ws://0.0.0.0:4999", now())));
      Eventually.until("two are refused", () -> Nodes.refused(node, "exchange.time") == 2);
      Eventually.until("two more are", () -> Nodes.refused(node, "exchange.scope") == 2);
      awaitLearned(2);
    }
  }

  @Test
  void aMalformedMessageEndsTheSession() throws Exception {
    for (byte[] bad : new byte[][] {{}, {1}, {9, 0}, {1, 7}, {1, 0, 0}}) {
      try (ScriptedPeer peer = peer(NodeKey.generate(KeyType.ED25519))) {
        peer.send(TagTable.EXCHANGE, bad);
        assertThat(peer.awaitClosed(Eventually.DEADLINE)).isTrue();
      }
    }
    try (ScriptedPeer peer = peer(NodeKey.generate(KeyType.ED25519))) {
      peer.send(TagTable.EXCHANGE, new byte[16 * 1024 + 1]);
      assertThat(peer.awaitClosed(Eventually.DEADLINE)).isTrue();
    }
  }

  @Test
  void aNodeThatExchangesNothingAsksNobodyAndTellsNobody() throws Exception {
    GossipNode silent = node(Discovery.none());
    try (ScriptedPeer peer = peer(silent, NodeKey.generate(KeyType.ED25519))) {
      clock.advance(QUIET);
      peer.send(TagTable.EXCHANGE, ASK);
      Eventually.until("refused", () -> Nodes.refused(silent, "exchange.off") == 1);
      assertThat(peer.received(TagTable.EXCHANGE)).isEmpty();
      assertThat(peer.isOpen()).isTrue();
    }
  }

  @Test
  void aForeignPeerIsNotAskedAndItsTagIsNotTaken() throws Exception {
    NodeId id = NodeKey.generate(KeyType.ED25519).nodeId();
    Address address = node.addresses().get(0);
    try (ScriptedPeer peer =
        ScriptedPeer.dial(nodes.network, address, Nodes.NETWORK, id, Set.of("other"))) {
      Eventually.until("its handshake is over", () -> Nodes.knows(node, id));
      clock.advance(QUIET);
      peer.send(TagTable.EXCHANGE, ASK);
      Eventually.until("refused", () -> Nodes.refused(node, "private-tag") == 1);
      assertThat(peer.received(TagTable.EXCHANGE)).isEmpty();
    }
  }

  private GossipNode node(Discovery discovery) {
    return nodes.node(
        config -> config.withClock(clock).withDiscovery(discovery),
        nodes.network.transport(TransportKind.P2P));
  }

  private ScriptedPeer peer(NodeKey key) throws InterruptedException {
    return peer(node, key);
  }

  private ScriptedPeer peer(GossipNode to, NodeKey key) throws InterruptedException {
    ScriptedPeer peer = ScriptedPeer.dial(
        nodes.network,
        to.addresses().get(0),
        Nodes.NETWORK,
        key.nodeId(),
        Set.of(LocalNode.TWINE1));
    Eventually.until("it is known", () -> Nodes.knows(to, key.nodeId()));
    return peer;
  }

  /** A question comes, half a second of the clock after the session has opened, or less. */
  private void awaitAsked(ScriptedPeer peer, int times) {
    Eventually.asTimePasses(
        clock, "asked", () -> peer.received(TagTable.EXCHANGE).size() == times);
  }

  private void awaitLearned(int addresses) {
    Eventually.until(
        "learned",
        () -> Nodes.metric(node, "twine_addresses_learned_total", "source", "exchanged")
            == addresses);
  }

  private static List<byte[]> awaitAnswer(ScriptedPeer peer) {
    Eventually.until("answered", () -> !answers(peer).isEmpty());
    return answers(peer);
  }

  private static List<byte[]> answers(ScriptedPeer peer) {
    return peer.received(TagTable.EXCHANGE).stream()
        .filter(body -> !Arrays.equals(body, ASK))
        .toList();
  }

  private long now() {
    return clock.now().toEpochMilli();
  }

  private static byte[] answer(byte[]... records) {
    ByteBuf out = Unpooled.buffer().writeByte(1).writeByte(1).writeByte(records.length);
    for (byte[] record : records) {
      out.writeShort(record.length).writeBytes(record);
    }
    return ByteBufUtil.getBytes(out);
  }

  private static byte[] record(NodeKey key, String address, long created) {
    return record(key, address, created, Nodes.NETWORK);
  }

  private static byte[] record(NodeKey key, String address, long created, String network) {
    ByteBuf out = Unpooled.buffer().writeLong(created);
    field(key.publicKey().encoded(), out);
    field(address.getBytes(StandardCharsets.US_ASCII), out);
    ByteBuf signed =
        Unpooled.buffer().writeBytes("twine-peer-record-v1:".getBytes(StandardCharsets.US_ASCII));
    field(network.getBytes(StandardCharsets.US_ASCII), signed);
    signed.writeBytes(out, 0, out.writerIndex());
    field(key.sign(ByteBufUtil.getBytes(signed)), out);
    return ByteBufUtil.getBytes(out);
  }

  private static void field(byte[] bytes, ByteBuf out) {
    out.writeShort(bytes.length).writeBytes(bytes);
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.ISO_8859_1);
  }
}
