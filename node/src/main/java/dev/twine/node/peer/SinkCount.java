package dev.twine.node.peer;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** What a sink answers: eight bytes. On one event loop. */
final class SinkCount {
  private long value;
  private int bytes;

  void read(ByteBuf in) {
    while (in.isReadable()) {
      value = value << Byte.SIZE | in.readUnsignedByte();
      bytes++;
    }
  }

  /** What is wrong with it after the end, if that many bytes were sent. */
  Optional<String> complain(long sent) {
    if (bytes != Long.BYTES) {
      return Optional.of("the receiver gave no count of " + sent + " bytes: it got others");
    }
    return value == sent
        ? Optional.empty()
        : Optional.of("the receiver counted " + value + " of " + sent + " bytes");
  }
}
