package dev.twine.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Key files on disk: only their owner reads them, and they appear whole or not at all.
 *
 * <p>Where the file system has no POSIX permissions, those are neither checked nor set.
 */
final class KeyFile {
  /** Far above any key; a larger file is something else. */
  static final int MAX_BYTES = 64 << 10;

  private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
      PosixFilePermission.GROUP_READ,
      PosixFilePermission.GROUP_WRITE,
      PosixFilePermission.OTHERS_READ,
      PosixFilePermission.OTHERS_WRITE);

  private KeyFile() {}

  static NodeKey load(Path file) {
    String pem;
    try {
      check(file);
      pem = read(file);
    } catch (NoSuchFileException e) {
      throw bad("key file does not exist", file, "make one with: twine key new --out " + file, e);
    } catch (IOException e) {
      throw bad("key file cannot be read", file, "check its owner and permissions", e);
    }
    try {
      return NodeKey.parsePem(pem);
    } catch (KeyException e) {
      throw bad("key file holds no usable key (" + e.value() + ")", file, e.remedy(), null);
    }
  }

  /** Refuses what must not be opened: a link may lead elsewhere, and opening a pipe would wait. */
  private static void check(Path file) throws IOException {
    var attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      throw bad("key file is a symbolic link", file, "name the file that it leads to", null);
    }
    if (!attributes.isRegularFile()) {
      throw bad("key file is not a regular file", file, "name a file", null);
    }
    if (attributes.size() > MAX_BYTES) {
      throw bad("key file is larger than 64 KiB", file, "name a PEM file with one key", null);
    }
    var view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return;
    }
    for (PosixFilePermission permission : view.readAttributes().permissions()) {
      if (OTHERS.contains(permission)) {
        throw bad("key file is open to other users", file, "run: chmod 600 " + file, null);
      }
    }
  }

  private static String read(Path file) throws IOException {
    var bytes = ByteBuffer.allocate(MAX_BYTES + 1);
    try (var channel =
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Until the end of the file, or one byte past the limit.
      }
    }
    if (!bytes.hasRemaining()) {
      throw bad("key file is larger than 64 KiB", file, "name a PEM file with one key", null);
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
  }

  static void save(Path file, String pem, boolean force) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw bad("key file cannot be written", file, "create its directory first", null);
    }
    try {
      Path temporary = Files.createTempFile(directory, ".node-key", ".tmp", ownerOnly(directory));
      try {
        write(temporary, pem);
        publish(temporary, file, force);
      } finally {
        Files.deleteIfExists(temporary);
      }
      sync(directory);
    } catch (FileAlreadyExistsException e) {
      throw bad("key file exists", file, "choose another name, or replace it with --force", e);
    } catch (IOException e) {
      throw bad("key file cannot be written", file, "check its directory's permissions", e);
    }
  }

  private static void write(Path temporary, String pem) throws IOException {
    try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(pem.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** Without force by a hard link, the one step that both creates a name and fails if it is taken. */
  private static void publish(Path temporary, Path file, boolean force) throws IOException {
    if (!force) {
      try {
        Files.createLink(file, temporary);
        return;
      } catch (UnsupportedOperationException e) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
          throw new FileAlreadyExistsException(file.toString());
        }
      }
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Makes the new name survive a crash of the machine; not every system can. */
  private static void sync(Path directory) {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The key is in place; only its survival of a power failure is less certain.
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path directory) throws IOException {
    boolean posix = Files.getFileStore(directory).supportsFileAttributeView("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static KeyException bad(
      String what, Path file, String remedy, @Nullable Throwable cause) {
    return new KeyException(what, file.toString(), remedy, cause);
  }
}
