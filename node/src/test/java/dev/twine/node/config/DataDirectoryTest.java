package dev.twine.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.identity.NodeId;
import dev.twine.network.TwineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir
  private Path directory;

  @Test
  void theKeyIsMadeOnceForItsOwnerOnly() throws IOException {
    Path data = directory.resolve("a/b");
    NodeId first = keyOf(data);

    assertThat(keyOf(data)).isEqualTo(first);
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("node.key"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aHeldDirectoryIsRefusedAndFreeAgainAfterClose() {
    try (var held = DataDirectory.open(directory)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> DataDirectory.open(directory))
          .isInstanceOf(TwineException.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("--data-dir");
    }
    DataDirectory.open(directory).close();
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(TwineException.class)
        .hasMessageContaining(file.toString());
  }

  private static NodeId keyOf(Path data) {
    try (var open = DataDirectory.open(data)) {
      return open.key().nodeId();
    }
  }
}
