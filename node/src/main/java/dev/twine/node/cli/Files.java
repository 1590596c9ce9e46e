package dev.twine.node.cli;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Size;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Files that the user names. */
final class Files {
  private Files() {}

  /** The bytes of a file that is no larger than that. */
  static byte[] readUpTo(Path file, int max) {
    try (InputStream in = java.nio.file.Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(max + 1);
      if (bytes.length > max) {
        throw new TwineException(
            Code.BAD_VALUE, "file too large", file.toString(), "give at most " + new Size(max));
      }
      return bytes;
    } catch (IOException e) {
      throw new TwineException(
          Code.BAD_VALUE, "cannot read the file", file.toString(), "check its path and rights", e);
    }
  }
}
