package dev.twine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The Wycheproof vectors in the folder that the system property {@code twine.vectors} names; skipped
 * without it.
 */
class WycheproofTest {
  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @CsvSource({
    "ed25519.json, ED25519, 151",
    "ecdsa_secp256k1_sha256.json, SECP256K1, 476",
    "ecdsa_secp256r1_sha256.json, ECDSA, 484",
    "rsa_signature_2048_sha256.json, RSA, 259",
  })
  void agreesOnEverySignature(String file, KeyType type, int count) throws IOException {
    String folder = System.getProperty("twine.vectors");
    if (folder == null) {
      System.out.println("skipped " + file + ": the system property twine.vectors is not set");
    }
    assumeTrue(folder != null, "the system property twine.vectors is not set");
    JsonNode vectors =
        new ObjectMapper().readTree(Path.of(folder, "wycheproof", file).toFile());
    var wrong = new ArrayList<String>();
    int run = 0;
    for (JsonNode group : vectors.get("testGroups")) {
      if (type == KeyType.RSA && !hasUsualExponent(group)) {
        run += group.get("tests").size();
        assertThatIllegalArgumentException().isThrownBy(() -> key(type, group));
        continue;
      }
      NodePublicKey key = key(type, group);
      for (JsonNode test : group.get("tests")) {
        run++;
        check(key, test, wrong);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(run).isEqualTo(count);
  }

  /** What is merely acceptable may be refused: BER for DER, and the like. */
  private static void check(NodePublicKey key, JsonNode test, List<String> wrong) {
    boolean verified = key.verify(
        HEX.parseHex(test.get("msg").asText()), HEX.parseHex(test.get("sig").asText()));
    String result = test.get("result").asText();
    if (verified ? result.equals("invalid") : result.equals("valid")) {
      wrong.add(test.get("tcId") + " " + test.get("comment").asText());
    }
  }

  private static boolean hasUsualExponent(JsonNode group) {
    return group.get("publicKey").get("publicExponent").asText().equals("010001");
  }

  private static NodePublicKey key(KeyType type, JsonNode group) {
    return switch (type) {
      case ED25519 ->
        NodePublicKey.ofEd25519(HEX.parseHex(group.get("publicKey").get("pk").asText()));
      case SECP256K1 -> NodePublicKey.of(type, compressed(group.get("publicKey")));
      case ECDSA, RSA ->
        NodePublicKey.of(type, HEX.parseHex(group.get("publicKeyDer").asText()));
    };
  }

  private static byte[] compressed(JsonNode key) {
    byte[] point = HEX.parseHex(key.get("uncompressed").asText());
    boolean isOdd = new BigInteger(1, point).testBit(0);
    byte[] compressed = new byte[33];
    System.arraycopy(point, 1, compressed, 1, 32);
    compressed[0] = (byte) (isOdd ? 3 : 2);
    return compressed;
  }
}
