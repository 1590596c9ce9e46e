package dev.twine.libp2p.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerTextTest {
  @Test
  void keepsWhatCanBeSeenAndEscapesTheRest() {
    assertThat(PeerText.escape("go-libp2p/0.36 (ünï) 日本", 80)).isEqualTo("go-libp2p/0.36 (ünï) 日本");
    assertThat(PeerText.escape("a\r\nb\u001b[31m\u0000\u202ec\u2028\u00a0\ud800", 80))
        .isEqualTo("a\\u000d\\u000ab\\u001b[31m\\u0000\\u202ec\\u2028\\u00a0\\ud800");
    assertThat(PeerText.escape("\udb40\udc01", 80)).isEqualTo("\\U000e0001");
  }

  @Test
  void cutsWhatIsLongerAndShowsThatItDid() {
    assertThat(PeerText.escape("0123456789abcdef", 16)).isEqualTo("0123456789abcdef");
    assertThat(PeerText.escape("0123456789abcdefg", 16)).isEqualTo("0123456789abc...");
    assertThat(PeerText.escape("\n\n\n\n", 16)).isEqualTo("\\u000a\\u000a...");
    assertThat(PeerText.escape("", 16)).isEmpty();
  }

  @Test
  void anyTextBecomesOneShortVisibleLine() {
    var random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      var text = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
      }
      String safe = PeerText.escape(text.toString(), 32);
      assertThat(safe.length()).isLessThanOrEqualTo(32);
      assertThat(safe.codePoints().allMatch(point -> point >= ' ' && point != 0x7f))
          .isTrue();
    }
  }
}
