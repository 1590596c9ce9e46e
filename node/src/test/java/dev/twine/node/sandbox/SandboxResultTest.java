package dev.twine.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class SandboxResultTest {
  @Test
  void itsTableFitsASmallTerminal() {
    var node = new NodeResult(
        "n10",
        NodeKey.generate(KeyType.ED25519).nodeId(),
        "hybrid",
        12_345,
        111_105,
        111_105,
        0,
        999_999,
        0,
        12.34,
        1_234.56);

    String text = new SandboxResult(List.of(node)).text();

    assertThat(text.lines())
        .allMatch(line -> line.length() <= 80)
        .anyMatch(line -> line.contains("1234.56"));
  }
}
