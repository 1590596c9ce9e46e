package dev.twine.gossip;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses in a file of text, a line for each behind a line with the version. Readers see the old
 * file or the new one, never a part. Waits for the disk: not for an event loop.
 */
final class PeerstoreFile {
  private static final String HEADER = "twine-peerstore 1";

  private final Path path;
  private final int maxAddresses;

  PeerstoreFile(Path path, int maxAddresses) {
    this.path = path;
    this.maxAddresses = maxAddresses;
  }

  /** What is wrong with a file that can be read, and where its bytes are now. */
  static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedException(String message) {
      super(message);
    }
  }

  /**
   * Reads it; nothing if there is none.
   *
   * @throws DamagedException if this is not what {@link #write} writes; the file is moved aside
   * @throws IOException if it cannot be read or moved
   */
  List<SavedAddress> read() throws IOException {
    if (Files.notExists(path)) {
      return List.of();
    }
    long limit = HEADER.length() + 1 + (long) maxAddresses * (SavedAddress.MAX_LINE + 1);
    if (!Files.isRegularFile(path) || Files.size(path) > limit) {
      throw setAside("larger than " + maxAddresses + " addresses can be, or no regular file");
    }
    try {
      return parse(Files.readString(path));
    } catch (CharacterCodingException | IllegalArgumentException damaged) {
      throw setAside(String.valueOf(damaged.getMessage()));
    }
  }

  void write(List<SavedAddress> addresses) throws IOException {
    var text = new StringBuilder(HEADER).append('\n');
    addresses.forEach(one -> text.append(one.line()).append('\n'));
    Path directory = path.toAbsolutePath().getParent();
    Path written = Files.createTempFile(directory, ".peers-", ".tmp");
    try {
      Files.writeString(written, text);
      Files.move(
          written, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /** Also what a hostile file is read by, so nothing but bytes and a bound goes in. */
  static List<SavedAddress> parse(String text, int maxAddresses) {
    String[] lines = text.split("\n", -1);
    boolean ends = lines[lines.length - 1].isEmpty();
    if (!lines[0].equals(HEADER) || !ends) {
      throw new IllegalArgumentException("not the file of a peerstore, or cut short");
    }
    if (lines.length - 2 > maxAddresses) {
      throw new IllegalArgumentException("more than " + maxAddresses + " addresses");
    }
    var found = new ArrayList<SavedAddress>();
    for (int i = 1; i < lines.length - 1; i++) {
      try {
        found.add(SavedAddress.parse(lines[i]));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    return found;
  }

  private List<SavedAddress> parse(String text) {
    return parse(text, maxAddresses);
  }

  private DamagedException setAside(String why) throws IOException {
    Path aside = path.resolveSibling(path.getFileName() + ".damaged");
    Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
    return new DamagedException(why + "; it is now " + aside.getFileName());
  }
}
