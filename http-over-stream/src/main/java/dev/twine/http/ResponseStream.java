package dev.twine.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** The body of a response as its service writes it: in chunks, or of the length it promised. */
final class ResponseStream extends OutputStream {
  private static final int CHUNK = 16 << 10;

  private final ResponseWriter response;
  private final byte[] buffer;
  private final boolean hidden;
  /** What is still due of the promised length; negative if none was promised. */
  private long due;

  private int filled;
  private boolean closed;

  ResponseStream(ResponseWriter response, long length, boolean hidden) {
    this.response = response;
    this.hidden = hidden;
    this.due = length;
    this.buffer = new byte[hidden ? 0 : CHUNK];
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (closed) {
      throw new IOException("the response is closed");
    }
    if (hidden) {
      return;
    }
    if (due >= 0 && length > due) {
      throw new IOException("more bytes than the Content-Length of the response");
    }
    due -= due >= 0 ? length : 0;
    int from = offset;
    int left = length;
    while (left > 0) {
      int part = Math.min(left, buffer.length - filled);
      System.arraycopy(bytes, from, buffer, filled, part);
      filled += part;
      from += part;
      left -= part;
      if (filled == buffer.length) {
        flush();
      }
    }
  }

  @Override
  public void flush() throws IOException {
    if (filled > 0) {
      int length = filled;
      filled = 0;
      response.part(buffer, length);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    flush();
    if (due > 0 && !hidden) {
      throw new IOException("fewer bytes than the Content-Length of the response");
    }
    closed = true;
    response.last();
  }
}
