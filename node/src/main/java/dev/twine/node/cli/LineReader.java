package dev.twine.node.cli;

import java.io.IOException;
import java.io.Reader;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Lines that have at most so many characters; one that is longer is passed over, not kept. */
final class LineReader {
  private final Reader in;
  private final int most;
  private final LongConsumer tooLong;

  /**
   * @param in buffered
   * @param tooLong is told how many characters a line had that was passed over
   */
  LineReader(Reader in, int most, LongConsumer tooLong) {
    this.in = in;
    this.most = most;
    this.tooLong = tooLong;
  }

  /** The next line without its end ({@code \n} or {@code \r\n}); null at the end of input. */
  @Nullable
  String next() throws IOException {
    int first = in.read();
    while (first >= 0) {
      String line = line(first);
      if (line != null) {
        return line;
      }
      first = in.read();
    }
    return null;
  }

  private @Nullable String line(int first) throws IOException {
    var line = new StringBuilder();
    long length = 0;
    for (int next = first; next >= 0 && next != '\n'; next = in.read()) {
      length++;
      // One more than is wanted: it may be the \r of the end.
      if (length <= most + 1L) {
        line.append((char) next);
      }
    }
    if (length == line.length() && length > 0 && line.charAt(line.length() - 1) == '\r') {
      line.setLength(line.length() - 1);
    }
    if (line.length() <= most) {
      return line.toString();
    }
    tooLong.accept(length);
    return null;
  }
}
