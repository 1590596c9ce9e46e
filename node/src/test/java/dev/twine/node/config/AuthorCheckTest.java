package dev.twine.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.gossip.Envelope;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.MeshConfig;
import dev.twine.gossip.TagTable;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.ws.WsConfig;
import dev.twine.ws.WsNetwork;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node of the command, and a neighbour that checks nothing. */
class AuthorCheckTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final NodeKey victim = NodeKey.generate(KeyType.ED25519);
  private final NodeKey strangerKey = NodeKey.generate(KeyType.ED25519);
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private GossipNode node;
  private GossipNode stranger;

  @BeforeEach
  void connect() throws Exception {
    var settings = new SettingsLoader(Map.of(), warning -> {})
        .load(
            Map.of(Setting.NETWORK_ID, List.of("test"), Setting.WS_LISTEN, List.of("127.0.0.1:0")),
            Optional.empty());
    node = NodeFactory.create(settings, NodeKey.generate(KeyType.ED25519), "test");
    node.tap(message -> seen.add(textOf(message.payload())));
    node.start();
    // Dials nobody by itself, or it might be back before the test has looked.
    MeshConfig mesh = MeshConfig.defaults().withFanout(0);
    stranger =
        WsNetwork.create(GossipConfig.of(strangerKey, "test").withMesh(mesh), WsConfig.client());
    stranger.start();
    stranger.peers().connect(node.addresses().get(0), SOON).get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    stranger.close();
    node.close();
  }

  @Test
  void aSignedEnvelopePasses() {
    send(envelope(strangerKey.nodeId(), "mine").signed(strangerKey).encode());

    await().atMost(SOON).until(() -> seen.contains("mine"));
  }

  @Test
  void anUnsignedEnvelopePasses() {
    send(envelope(strangerKey.nodeId(), "nobody's").encode());

    await().atMost(SOON).until(() -> seen.contains("nobody's"));
  }

  @Test
  void theSignatureOfAnotherIsNotSeenAndCostsTheSession() {
    Envelope own = envelope(strangerKey.nodeId(), "forged").signed(strangerKey);
    var forged = new Envelope(
        own.id(), own.type(), own.created(), victim.nodeId(), null, own.signature(), own.payload());

    send(forged.encode());

    await().atMost(SOON).untilAsserted(() -> assertThat(node.peers().list()).isEmpty());
    assertThat(seen).isEmpty();
  }

  @Test
  void aTextUnderASignatureForAnotherTextIsNotSeen() {
    Envelope own = envelope(strangerKey.nodeId(), "said").signed(strangerKey);
    var changed = new Envelope(
        own.id(), own.type(), own.created(), own.origin(), null, own.signature(), bytes("changed"));

    send(changed.encode());

    await().atMost(SOON).untilAsserted(() -> assertThat(node.peers().list()).isEmpty());
    assertThat(seen).isEmpty();
  }

  @Test
  void whatIsNoEnvelopeCostsTheSession() {
    send(new byte[40]);

    await().atMost(SOON).untilAsserted(() -> assertThat(node.peers().list()).isEmpty());
    assertThat(seen).isEmpty();
  }

  private void send(byte[] payload) {
    assertThat(stranger.broadcast(TagTable.ENVELOPE, payload).accepted()).isTrue();
  }

  private static Envelope envelope(NodeId origin, String text) {
    return Envelope.of(
        Envelope.newId(RANDOM), Envelope.BROADCAST, Instant.now(), origin, bytes(text));
  }

  private static String textOf(byte[] payload) {
    return new String(Envelope.parse(payload).payload(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
