package dev.twine.node.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EscapeTest {
  @Test
  void logsHoldNothingButPrintableAscii() {
    assertThat(Escape.log("a\r\nb\u001b[2J\u202eé"))
        .isEqualTo("a\\u000d\\u000ab\\u001b[2J\\u202e\\u00e9");
  }

  @Test
  void logsCutWhatIsLong() {
    assertThat(Escape.log("x".repeat(129))).isEqualTo("x".repeat(128) + "...");
    assertThat(Escape.log("x".repeat(128))).isEqualTo("x".repeat(128));
  }

  @Test
  void screensKeepLettersAndLoseControl() {
    assertThat(Escape.screen("häuser\t漢字\u001b]0;x\u0007\u202e"))
        .isEqualTo("häuser\t漢字\\u001b]0;x\\u0007\\u202e");
  }

  @Test
  void theNearestWordIsTheOneWithTheFewestEdits() {
    var keys = List.of("network.id", "network.mode", "ws.listen");
    assertThat(Nearest.to("netwrok.id", keys)).contains("network.id");
    assertThat(Nearest.to("ws.lissten", keys)).contains("ws.listen");
    assertThat(Nearest.to("completely.different", keys)).isEmpty();
  }
}
