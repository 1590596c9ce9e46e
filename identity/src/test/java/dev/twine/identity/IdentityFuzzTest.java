package dev.twine.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Keys, IDs and addresses that a hostile peer, or a clumsy user, made up. */
class IdentityFuzzTest {
  private static final byte[] MESSAGE = {1, 2, 3};

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
      assertThat(NodeId.parse(text)).hasToString(text);
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
}
