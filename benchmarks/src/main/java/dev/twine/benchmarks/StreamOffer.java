package dev.twine.benchmarks;

import dev.twine.node.bench.BroadcastBaseline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** A stream that a receiver has opened and whose protocol it has yet to name, by multistream-select. */
final class StreamOffer {
  private static final String MULTISTREAM = "/multistream/1.0.0";

  /** Longer than both names; lengths below 128 are one byte. */
  private static final int MAX_TEXT = 255;

  /** What came of the names so far. */
  enum Kind {
    INCOMPLETE,
    /** The stream for batches. */
    OURS,
    /** Such as identify, which there is no answer to. */
    OTHER
  }

  private final StringBuilder text = new StringBuilder();
  private long credit;

  StreamOffer(long credit) {
    this.credit = credit;
  }

  void credit(long more) {
    credit += more;
  }

  long credit() {
    return credit;
  }

  Kind read(ByteBuf body) {
    text.append(body.toString(StandardCharsets.ISO_8859_1));
    String ours = line(MULTISTREAM) + line(BroadcastBaseline.STREAM_PROTOCOL);
    if (text.length() >= ours.length()) {
      return ours.contentEquals(text) ? Kind.OURS : Kind.OTHER;
    }
    return text.length() <= MAX_TEXT && ours.startsWith(text.toString())
        ? Kind.INCOMPLETE
        : Kind.OTHER;
  }

  /** The agreement. */
  static ByteBuf answer(ByteBufAllocator allocator) {
    String both = line(MULTISTREAM) + line(BroadcastBaseline.STREAM_PROTOCOL);
    ByteBuf answer = allocator.directBuffer(both.length());
    answer.writeCharSequence(both, StandardCharsets.ISO_8859_1);
    return answer;
  }

  private static String line(String name) {
    return (char) (name.length() + 1) + name + "\n";
  }
}
