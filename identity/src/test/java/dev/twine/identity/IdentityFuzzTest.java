package dev.twine.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** Keys, IDs and addresses that a hostile peer, or a clumsy user, made up. */
class IdentityFuzzTest {
  private static final byte[] MESSAGE = {1, 2, 3};
  private static final List<NodePublicKey> KEYS = List.of(
      NodeKey.generate(KeyType.ED25519).publicKey(),
      NodeKey.generate(KeyType.SECP256K1).publicKey(),
      NodeKey.generate(KeyType.ECDSA).publicKey(),
      rsa());

  @FuzzTest(maxDuration = "150s")
  void aPublicKeyHasOneEncoding(byte[] bytes) {
    try {
      NodePublicKey key = NodePublicKey.parse(bytes);
      assertThat(key.encoded()).isEqualTo(bytes);
      assertThat(key.verify(MESSAGE, bytes)).isFalse();
      assertThat(NodeId.parse(key.nodeId().toString())).isEqualTo(key.nodeId());
      NodePublicKey.inlinedIn(key.nodeId()).ifPresent(it -> assertThat(it).isEqualTo(key));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  /** As it is, and inside of the sequence in which ECDSA has its two numbers. */
  @FuzzTest(maxDuration = "150s")
  void aSignatureThatNobodyMadeNeverHolds(byte[] bytes) {
    byte[] der = new byte[2 + bytes.length];
    der[0] = 0x30;
    der[1] = (byte) bytes.length;
    System.arraycopy(bytes, 0, der, 2, bytes.length);
    for (NodePublicKey key : KEYS) {
      assertThat(key.verify(MESSAGE, bytes)).isFalse();
      assertThat(key.verify(MESSAGE, der)).isFalse();
    }
  }

  @FuzzTest(maxDuration = "150s")
  void anIdReadsAsItPrints(byte[] bytes) {
    try {
      NodeId id = NodeId.ofMultihash(bytes);
      assertThat(id.multihash()).isEqualTo(bytes);
      assertThat(NodeId.parse(id.toString())).isEqualTo(id);
      NodePublicKey.inlinedIn(id).ifPresent(key -> assertThat(key.nodeId()).isEqualTo(id));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
    String text = text(bytes);
    try {
      NodeId id = NodeId.parse(text);
      assertThat(NodeId.parse(id.toString())).isEqualTo(id);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
    try {
      assertThat(AccountAddress.parse(text)).hasToString(text);
    } catch (KeyException e) {
      assertThat(e.remedy()).isNotEmpty();
    }
  }

  @FuzzTest(maxDuration = "150s")
  void aPrivateKeyWorksOrIsRefusedWithARemedy(byte[] bytes) {
    readsAlikeOrRefuses(text(bytes));
  }

  /** The same behind the armour, which no fuzzer gets through by chance. */
  @FuzzTest(maxDuration = "150s")
  void aPrivateKeyInDerWorksOrIsRefusedWithARemedy(byte[] der) {
    String body = java.util.Base64.getMimeEncoder().encodeToString(der);
    readsAlikeOrRefuses("-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
  }

  private static void readsAlikeOrRefuses(String pem) {
    NodeKey key;
    try {
      key = NodeKey.parsePem(pem);
    } catch (KeyException e) {
      assertThat(e.remedy()).isNotEmpty();
      return;
    }
    assertThat(key.publicKey().verify(MESSAGE, key.sign(MESSAGE))).isTrue();
    assertThat(NodeKey.parsePem(key.toPem()).publicKey()).isEqualTo(key.publicKey());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static NodePublicKey rsa() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return NodePublicKey.of(
          KeyType.RSA, generator.generateKeyPair().getPublic().getEncoded());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
