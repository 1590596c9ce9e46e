package dev.twine.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What README.md shows compiles and does what it says. */
class ReadmeExampleTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Path EXAMPLE =
      Path.of("src", "test", "java", "dev", "twine", "node", "ReadmeExample.java");
  private static final String DECLARATION = "public final class ReadmeExample {";

  @ParameterizedTest
  @ValueSource(strings = {"ws", "p2p", "hybrid"})
  void theExampleTalksBothWaysInEveryMode(String mode) throws Exception {
    PrintStream out = System.out;
    var printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      ReadmeExample.main(new String[] {mode});
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("bob heard: the news", "alice says: Hello, bob!");
  }

  @Test
  void theReadmeShowsThisVeryExample() throws IOException {
    String readme = Files.readString(README);
    assumeTrue(readme.contains("```java\n"), "README.md has no Java example yet");
    int start = readme.indexOf("```java\n") + "```java\n".length();
    String shown = readme.substring(start, readme.indexOf("```", start));

    assertThat(code(shown)).isEqualTo(code(Files.readString(EXAMPLE)));
  }

  /** From the class declaration on, without empty lines at the end. */
  private static List<String> code(String text) {
    assertThat(text).contains(DECLARATION);
    return text.substring(text.indexOf(DECLARATION)).strip().lines().toList();
  }
}
