package dev.twine.node.sandbox;

import java.nio.ByteBuffer;

/**
 * What a sandbox node writes into a body; the rest is filling.
 *
 * @param sender its index
 * @param sequence of that sender, from 0
 * @param sentNanos on the clock of {@link System#nanoTime}, which all nodes of a process share
 */
record SandboxMessage(int sender, int sequence, long sentNanos) {
  /** Bytes of the three fields. */
  static final int HEADER = 16;

  byte[] encode(int size) {
    return ByteBuffer.allocate(size)
        .putInt(sender)
        .putInt(sequence)
        .putLong(sentNanos)
        .array();
  }

  static SandboxMessage decode(byte[] body) {
    ByteBuffer buffer = ByteBuffer.wrap(body);
    return new SandboxMessage(buffer.getInt(), buffer.getInt(), buffer.getLong());
  }
}
