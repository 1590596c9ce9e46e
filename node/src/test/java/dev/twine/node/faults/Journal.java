package dev.twine.node.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages that a node sent or handled, one after the other, in a file that outlives the process: what
 * was written is with the system, so {@code kill -9} does not take it back.
 */
final class Journal implements AutoCloseable {
  private static final int BYTES = 20;

  /**
   * One message.
   *
   * @param origin the life of the node that sent it
   * @param sequence of that life, from 0
   * @param sum over the whole payload
   * @param millis when it was sent or handled; {@link #REFUSED} if the node did not take it
   */
  record Entry(int origin, int sequence, int sum, long millis) {
    static final long REFUSED = -1;
  }

  private final FileChannel file;

  private Journal(FileChannel file) {
    this.file = file;
  }

  static Journal create(Path path) {
    try {
      return new Journal(
          FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void add(Entry entry) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES)
        .putInt(entry.origin)
        .putInt(entry.sequence)
        .putInt(entry.sum)
        .putLong(entry.millis)
        .flip();
    try {
      file.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Entry> read(Path path) {
    var entries = new ArrayList<Entry>();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
      while (bytes.remaining() >= BYTES) {
        entries.add(new Entry(bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getLong()));
      }
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
