package dev.twine.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  private final List<Long> passedOver = new ArrayList<>();

  @Test
  void linesEndAsOnAnySystemAndTheLastNeedsNoEnd() throws IOException {
    assertThat(lines("a\nb\r\n\nc\rd\n")).containsExactly("a", "b", "", "c\rd");
    assertThat(lines("a\nb")).containsExactly("a", "b");
    assertThat(lines("")).isEmpty();
    assertThat(passedOver).isEmpty();
  }

  @Test
  void aLineOfTheMostCharactersIsReadAndOneMoreIsPassedOver() throws IOException {
    assertThat(lines("12345\n12345\r\n123456\nabc\n123456\r\n1234567890"))
        .containsExactly("12345", "12345", "abc");
    assertThat(passedOver).containsExactly(6L, 7L, 10L);
  }

  private List<String> lines(String text) throws IOException {
    var reader = new LineReader(new StringReader(text), 5, passedOver::add);
    var lines = new ArrayList<String>();
    for (String line = reader.next(); line != null; line = reader.next()) {
      lines.add(line);
    }
    return lines;
  }
}
