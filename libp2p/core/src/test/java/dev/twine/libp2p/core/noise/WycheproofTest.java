package dev.twine.libp2p.core.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Wycheproof vectors in the folder that the system property {@code twine.vectors} names; skipped
 * without it.
 */
class WycheproofTest {
  private static final HexFormat HEX = HexFormat.of();

  static Stream<Aead.Source> everyCipher() {
    return EveryCipher.here();
  }

  /** All 325 but nine whose nonce has another length than the RFC's. */
  @ParameterizedTest
  @MethodSource("everyCipher")
  void agreesOnEveryMessageAndRefusesEveryForgery(Aead.Source source) throws IOException {
    var wrong = new ArrayList<String>();
    int run = 0;
    for (JsonNode test : tests("chacha20_poly1305.json")) {
      if (bytes(test, "iv").length == Aead.NONCE_BYTES) {
        run++;
        check(source, test, wrong);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(run).isEqualTo(316);
  }

  @Test
  void agreesOnEverySharedSecretAndRefusesThoseThatAreZero() throws IOException {
    var wrong = new ArrayList<String>();
    int run = 0;
    for (JsonNode test : tests("x25519.json")) {
      run++;
      byte[] expected = bytes(test, "shared");
      boolean zero = Arrays.equals(expected, new byte[X25519Key.BYTES]);
      try {
        byte[] shared = X25519Key.of(bytes(test, "private")).agree(bytes(test, "public"));
        if (zero || !Arrays.equals(shared, expected)) {
          wrong.add(test.get("tcId").asText());
        }
      } catch (NoiseException e) {
        if (!zero) {
          wrong.add(test.get("tcId").asText());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(run).isEqualTo(518);
  }

  private static void check(Aead.Source source, JsonNode test, List<String> wrong) {
    byte[] iv = bytes(test, "iv");
    byte[] key = bytes(test, "key");
    byte[] sealed = HEX.parseHex(test.get("ct").asText() + test.get("tag").asText());
    byte[] text = bytes(test, "msg");
    boolean valid = test.get("result").asText().equals("valid");
    boolean opened;
    try {
      opened = Arrays.equals(source.opener(key).apply(iv, bytes(test, "aad"), sealed), text);
    } catch (NoiseException e) {
      opened = false;
    }
    boolean same = Arrays.equals(source.sealer(key).apply(iv, bytes(test, "aad"), text), sealed);
    if (opened != valid || same != valid) {
      wrong.add(test.get("tcId") + " " + test.get("comment").asText());
    }
  }

  private static List<JsonNode> tests(String file) throws IOException {
    String folder = System.getProperty("twine.vectors");
    if (folder == null) {
      System.out.println("skipped " + file + ": the system property twine.vectors is not set");
    }
    assumeTrue(folder != null, "the system property twine.vectors is not set");
    var all = new ArrayList<JsonNode>();
    JsonNode vectors =
        new ObjectMapper().readTree(Path.of(folder, "wycheproof", file).toFile());
    for (JsonNode group : vectors.get("testGroups")) {
      group.get("tests").forEach(all::add);
    }
    return all;
  }

  private static byte[] bytes(JsonNode test, String field) {
    return HEX.parseHex(test.get(field).asText());
  }
}
