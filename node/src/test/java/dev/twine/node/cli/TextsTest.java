package dev.twine.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextsTest {
  @Test
  void chatNamesTheAuthorByTheEndOfItsId() {
    String line = "{\"origin\":\"12D3KooWauthor\",\"via\":\"12D3KooWbringer\",\"text\":\"hi\"}";

    assertThat(ChatCommand.text(line)).isEqualTo("oWauthor: hi");
  }

  @Test
  void chatMarksWhatNobodyIsProvenToHaveWritten() {
    String line = "{\"origin\":null,\"via\":\"12D3KooWbringer\",\"text\":\"hi\"}";

    assertThat(ChatCommand.text(line)).isEqualTo("?Wbringer: hi");
  }
}
