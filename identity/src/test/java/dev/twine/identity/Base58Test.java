package dev.twine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Base58Test {
  /** Texts that the implementations of the Bitcoin community agree on. */
  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "00, 1",
    "0000000000, 11111",
    "61, 2g",
    "ff, 5Q",
    "626262, a3gV",
    "0000287fb4cd, 11233QC4",
    "516b6fcd0f, ABnLTmg",
    "ecac89cad93923c02321, EJDM8drfXA6uyA",
    "ffffffffffffffffffff, FPBt6CHo3fovdL",
  })
  void knownTexts(String hex, String text) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThat(Base58.encode(bytes)).isEqualTo(text);
    assertThat(Base58.decode(text)).isEqualTo(bytes);
  }

  @Test
  void aSentence() {
    byte[] bytes = "Hello World!".getBytes(StandardCharsets.US_ASCII);

    assertThat(Base58.encode(bytes)).isEqualTo("2NEpo7TZRRrLZSi2U");
  }

  @Test
  void everyLengthAgreesWithPlainArithmeticAndComesBack() {
    var random = new Random(58);
    for (int length = 0; length < 100; length++) {
      for (int zeros = 0; zeros <= Math.min(length, 6); zeros++) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        java.util.Arrays.fill(bytes, 0, zeros, (byte) 0);

        String text = Base58.encode(bytes);

        assertThat(text).isEqualTo(plain(bytes));
        assertThat(Base58.decode(text)).isEqualTo(bytes);
      }
    }
  }

  @Test
  void theGreatestNumbersOfEachLengthFit() {
    for (int length = 1; length < 100; length++) {
      byte[] bytes = new byte[length];
      java.util.Arrays.fill(bytes, (byte) -1);

      assertThat(Base58.decode(Base58.encode(bytes))).isEqualTo(bytes);
      assertThat(Base58.encode(Base58.decode("z".repeat(length)))).isEqualTo("z".repeat(length));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "2O, 2", "22222I, 6", "2l2, 2", "'2 ', 2", "2\u00e9, 2", "\u2460, 1"})
  void whatIsNotOfTheAlphabetIsNamed(String text, int at) {
    assertThatThrownBy(() -> Base58.decode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("character " + at + " is not base58: " + text);
  }

  /** One digit at a time. */
  private static String plain(byte[] bytes) {
    String alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    var text = new StringBuilder();
    var base = BigInteger.valueOf(58);
    for (var rest = new BigInteger(1, bytes); rest.signum() > 0; rest = rest.divide(base)) {
      text.append(alphabet.charAt(rest.mod(base).intValue()));
    }
    for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
      text.append('1');
    }
    return text.reverse().toString();
  }
}
