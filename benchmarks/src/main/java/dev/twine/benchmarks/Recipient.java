package dev.twine.benchmarks;

import io.netty.buffer.ByteBuf;

/** Where the batches for one receiver go. For the event loop alone. */
interface Recipient {
  /** Whether it can be given the next batch. */
  boolean isWritable();

  /** Takes over the reference. */
  void write(ByteBuf frames);

  void flush();

  /** Disconnects the receiver. */
  void close();
}
