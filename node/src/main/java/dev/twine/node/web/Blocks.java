package dev.twine.node.web;

import dev.twine.node.peer.Pattern;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The bodies of the HTTP benchmark: the pattern, in the blocks in which an application has them. */
final class Blocks {
  /** Under which path a site serves them: its position and its length follow. */
  static final String PATH = "/bench/";

  /** Of one read or write. */
  static final int SIZE = 64 << 10;

  private static final byte[] BYTES = Pattern.copy(0, Pattern.PERIOD + SIZE);

  private Blocks() {}

  static String path(long position, long length) {
    return PATH + position + "/" + length;
  }

  static void write(OutputStream out, long length) throws IOException {
    for (long position = 0; position < length; position += SIZE) {
      int count = (int) Math.min(SIZE, length - position);
      out.write(BYTES, (int) (position % Pattern.PERIOD), count);
    }
  }

  /**
   * Reads to the end.
   *
   * @return how many bytes there were
   * @throws IOException if one is another than the pattern has there
   */
  static long read(InputStream in, long position) throws IOException {
    byte[] block = new byte[SIZE];
    long length = 0;
    for (int count = in.read(block); count >= 0; count = in.read(block)) {
      if (!Pattern.matches(position + length, Unpooled.wrappedBuffer(block, 0, count))) {
        throw new IOException("another byte came than was sent, in " + count + " at " + length);
      }
      length += count;
    }
    return length;
  }
}
