package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.gossip.GossipConfig;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * go-algorand's identity challenge as bytes: the key whose seed is 32 times 1 challenges the node at
 * 127.0.0.1:4160 with 32 times 2, and signs with the JDK.
 */
@Timeout(30)
class IdentityVectorsTest {
  private static final String CHALLENGE = "82a2696383a161c40e3132372e302e302e313a34313630a163c420"
      + "02".repeat(32)
      + "a2706bc4208a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5ca3736967c440"
      + "f049cbdd0cb65278afde3ef554686337b016eec433f6f9a106beba1711624790"
      + "72d233b7de3f7b9d969b6da4be2edf4842f749354153263fd2fda8bf1704e601";
  private static final int CHALLENGE_BYTES = 166;

  /** Where the echoed challenge and the node's own stand in its answer. */
  private static final int ECHO = 10;

  private static final int OWN = 84;

  private GossipNode node;

  @BeforeEach
  void start() {
    node = WsNetwork.create(
        GossipConfig.of(NodeKey.generate(KeyType.ED25519), "net")
            .withPublicAddress(Address.ws("127.0.0.1", 4160)),
        WsConfig.listening("127.0.0.1", 0));
    node.start();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private LibraryClient client(byte[] challenge) throws InterruptedException {
    Map<String, String> headers = LibraryClient.headers();
    headers.put("X-Algorand-IdentityChallenge", Base64.getEncoder().encodeToString(challenge));
    return new LibraryClient(node.addresses().get(0), headers);
  }

  private static byte[] seed() {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) 1);
    return seed;
  }

  private static byte[] sign(String prefix, byte[] map) throws Exception {
    PrivateKey key = KeyFactory.getInstance("Ed25519")
        .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed()));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(key);
    signature.update(prefix.getBytes(StandardCharsets.US_ASCII));
    signature.update(map);
    return signature.sign();
  }

  @Test
  void theKeyOfTheVectorProvesItself() throws Exception {
    byte[] challenge = ByteBufUtil.decodeHexDump(CHALLENGE);
    assertThat(challenge).hasSize(CHALLENGE_BYTES);
    try (LibraryClient client = client(challenge)) {
      byte[] answer = Base64.getDecoder().decode(client.answer.get("X-Algorand-IdentityChallenge"));
      assertThat(ByteBufUtil.hexDump(answer, ECHO, 32)).isEqualTo("02".repeat(32));
      String map = "81a27263c420" + ByteBufUtil.hexDump(answer, OWN, 32);
      byte[] signature = sign("NIV", ByteBufUtil.decodeHexDump(map));

      client.send(ByteBufUtil.decodeHexDump(
          "4e4982a369766d" + map + "a3736967c440" + ByteBufUtil.hexDump(signature)));

      var expected = NodeKey.ed25519FromSeed(seed()).nodeId();
      await()
          .untilAsserted(() -> assertThat(node.peers().list())
              .singleElement()
              .extracting("nodeId")
              .isEqualTo(expected));
    }
  }

  @Test
  void aBitThatIsWrongAnywhereRefusesTheUpgradeOrItsIdentity() throws Exception {
    for (int at = 0; at < CHALLENGE_BYTES; at += 11) {
      byte[] challenge = ByteBufUtil.decodeHexDump(CHALLENGE);
      challenge[at] ^= 1;
      try (LibraryClient client = client(challenge)) {
        client.awaitClose();
        assertThat(client.closeReason).as("byte " + at).contains("400");
      }
    }
  }
}
