package dev.twine.node.config;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The directory that makes a node the same node after a restart: {@code node.key}, {@code peers},
 * whom it knows, and {@code lock}, which one process at a time holds. The system drops the lock of a
 * process that dies.
 */
public final class DataDirectory implements AutoCloseable {
  private static final String KEY = "node.key";
  private static final String PEERS = "peers";
  private static final String LOCK = "lock";

  private final Path directory;
  private final FileChannel channel;

  private DataDirectory(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Creates the directory if there is none, readable by its owner only, and takes its lock.
   *
   * @throws TwineException of code DATA_DIRECTORY if another process has it, or it cannot be used
   */
  public static DataDirectory open(Path directory) {
    FileChannel channel = null;
    try {
      create(directory);
      channel = FileChannel.open(
          directory.resolve(LOCK),
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new TwineException(
            Code.DATA_DIRECTORY,
            "data directory in use by another process",
            directory.toString(),
            "stop that process or give another --data-dir");
      }
      return new DataDirectory(directory, channel);
    } catch (IOException e) {
      closeQuietly(channel);
      throw new TwineException(
          Code.DATA_DIRECTORY,
          "cannot use the data directory",
          directory + " (" + e.getClass().getSimpleName() + ")",
          "give --data-dir a directory that this user can write to",
          e);
    }
  }

  /** The file of known peers in a data directory. */
  static Path peers(Path directory) {
    return directory.resolve(PEERS);
  }

  /** The key of this directory: made and saved on first use. */
  public NodeKey key() {
    Path file = directory.resolve(KEY);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return NodeKey.load(file);
    }
    NodeKey key = NodeKey.generate(KeyType.ED25519);
    key.save(file, false);
    return key;
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }

  private static void create(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(directory);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing was written through it, and the lock goes with the process at the latest.
      }
    }
  }
}
