package dev.twine.node.config;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that readers see whole or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes the text and a line end beside the file and renames it over the file.
   *
   * @throws TwineException of code BAD_VALUE if that fails
   */
  public static void write(Path file, String text) {
    Path directory = file.toAbsolutePath().getParent();
    try {
      Path written = Files.createTempFile(directory, ".twine-", ".tmp");
      try {
        Files.writeString(written, text + "\n");
        Files.move(
            written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(written);
      }
    } catch (IOException e) {
      throw new TwineException(
          Code.BAD_VALUE,
          "cannot write",
          file.toString(),
          "give a path in a directory that this user can write to",
          e);
    }
  }
}
