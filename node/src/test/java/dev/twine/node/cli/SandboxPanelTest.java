package dev.twine.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.node.sandbox.NodeResult;
import dev.twine.node.sandbox.SandboxResult;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SandboxPanelTest {
  private static final NodeKey KEY = NodeKey.generate(KeyType.ED25519);

  @ParameterizedTest
  @CsvSource({
    "5, 24, 5",
    "17, 24, 17",
    "18, 24, 16",
    "40, 24, 16",
    "40, 50, 40",
    "5, 8, 0",
    "5, 1, 0"
  })
  void asManyNodesAsFitAreShownAndTheOthersCounted(int nodes, int rows, int shown) {
    String screen = screen(nodes, rows);

    List<String> lines = screen.lines().toList();
    // The cursor stands on the line after the last.
    assertThat(lines.size() + 1).isLessThanOrEqualTo(Math.max(rows, 8));
    assertThat(lines.stream().filter(line -> line.matches("n[0-9]+ .*")).count())
        .isEqualTo(shown);
    if (shown < nodes) {
      assertThat(lines).contains("+" + (nodes - shown) + " more");
    } else {
      assertThat(screen).doesNotContain("more");
    }
    assertThat(lines).allMatch(line -> line.length() <= 80);
    assertThat(lines).last().isEqualTo("Ctrl-C ends it");
  }

  @ParameterizedTest
  @CsvSource({"'50 120\n', 50", "'0 0\n', 24", "'', 24, ", "'x y', 24", "'99999 1', 10000"})
  void theHeightIsWhatTheTerminalSays(String size, int rows) {
    assertThat(SandboxPanel.rows(size)).isEqualTo(rows);
  }

  @Test
  void theTableOfTheEndHasAllNodes() {
    assertThat(result(40).text().lines().filter(line -> line.matches("n[0-9]+ .*")))
        .hasSize(40);
  }

  private static String screen(int nodes, int rows) {
    return SandboxPanel.screen(
            result(nodes), Collections.nCopies(nodes, 3), Duration.ofSeconds(7), rows)
        .replaceAll("\u001b\\[[HKJ]", "");
  }

  private static SandboxResult result(int nodes) {
    return new SandboxResult(IntStream.rangeClosed(1, nodes)
        .mapToObj(
            i -> new NodeResult("n" + i, KEY.nodeId(), "ws", 100, 400, 400, 0, 700, 0, 0.25, 1.5))
        .toList());
  }
}
