package dev.twine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {
  private static final String SHA = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
  private static final String ED25519 = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

  /** The first three are the examples of the specification. */
  @ParameterizedTest
  @CsvSource({
    "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe, " + SHA,
    SHA + ", " + SHA,
    ED25519 + ", " + ED25519,
    "BAFZBEIE5745RPV2M6TJYUUGYWY4D5EWRQGQQHFNF445HE3OMZPJBX5XQXE, " + SHA,
    "k51qzi5uqu5dhb6l8spkdx7yxafegfkee5by8h7lmjh2ehc2sgg34z7c15vzqs, "
        + "12D3KooWCryG7Mon9orvQxcS1rYZjotPgpwoJNHHKcLLfE4Hf5mV",
  })
  void bothTextFormsAreReadAndOneIsWritten(String text, String plain) {
    assertThat(NodeId.parse(text)).isEqualTo(NodeId.parse(plain)).hasToString(plain);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "Qm",
        "hello",
        "s12",
        "b",
        "bafz",
        // A CID of data, not of a key, and one that ends early.
        "bafkreigvf25ytwc3akrijfecaotc74udrhcxzh2cx3we5qqnw5vgrei4bm",
        "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xq",
      })
  void refusesOtherTextsAndNamesThem(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NodeId.parse(text))
        .withMessageContaining(text.isEmpty() ? "characters, not 0" : text);
  }

  @Test
  void refusesTextsThatAreTooLongBeforeReadingThem() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NodeId.parse("1".repeat(65)))
        .withMessage("a node ID has 1 to 64 characters, not 65");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NodeId.parse("b".repeat(257)))
        .withMessage("a node ID has 1 to 256 characters, not 257");
  }

  @Test
  void everyMultibaseThatIsWrittenIsReadAgain() {
    var random = new Random(32);
    for (int length = 1; length < 70; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      assertThat(Multibase.decode(Multibase.encodeBase32(bytes))).isEqualTo(bytes);
      assertThat(Multibase.decode(Multibase.encodeBase64Url(bytes))).isEqualTo(bytes);
    }
  }
}
