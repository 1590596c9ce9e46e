package dev.twine.interop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes bytes that differ from block to block and from stream to stream, no faster than the stream
 * takes them, and then ends the stream's output. On the stream's event loop.
 */
final class Pattern {
  private static final int BLOCK_BYTES = 64 * 1024;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] block = new byte[BLOCK_BYTES];
  private final MessageDigest digest = sha256();
  private final AtomicLong written = new AtomicLong();
  private long left;
  private long blocks;
  private boolean ended;

  Pattern(long bytes) {
    left = bytes;
    new Random(ThreadLocalRandom.current().nextLong()).nextBytes(block);
  }

  /** Call first when the stream is open, then whenever its writability has changed. */
  void write(ChannelHandlerContext context) {
    if (ended) {
      return;
    }
    while (left > 0 && context.channel().isWritable()) {
      writeBlock(context);
    }
    context.flush();
    if (left == 0) {
      ended = true;
      ((DuplexChannel) context.channel()).shutdownOutput();
    }
  }

  private void writeBlock(ChannelHandlerContext context) {
    int length = (int) Math.min(left, BLOCK_BYTES);
    LONG.set(block, 0, blocks++);
    ByteBuf data = context.alloc().buffer(length).writeBytes(block, 0, length);
    digest(digest, data);
    left -= length;
    context.write(data).addListener(future -> {
      if (future.isSuccess()) {
        written.addAndGet(length);
      }
    });
  }

  /** What the stream has taken; any thread. */
  long written() {
    return written.get();
  }

  /** Of everything; once. */
  byte[] digest() {
    return digest.digest();
  }

  static void digest(MessageDigest digest, ByteBuf data) {
    digest.update(data.nioBuffer());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError(missing);
    }
  }
}
