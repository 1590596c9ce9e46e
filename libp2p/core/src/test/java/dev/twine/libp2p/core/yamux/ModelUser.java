package dev.twine.libp2p.core.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** Does at random with one end of a stream what a user may do, and knows what it did. */
final class ModelUser {
  /** What all streams say, each from its own place on, over and over. */
  private static final byte[] TEXT = new byte[1 << 20];

  static {
    new SplittableRandom(1).nextBytes(TEXT);
  }

  private final YamuxStream stream;
  private final Random random;
  private final List<String> story;
  private long written;
  private int undone;
  private boolean ending;
  private boolean lossy;
  private boolean deaf;
  private boolean wroteAfterEnd;

  ModelUser(YamuxStream stream, Random random, List<String> story) {
    this.stream = stream;
    this.random = random;
    this.story = story;
  }

  /** The part of what a stream says that is at that position. */
  static ByteBuf text(int stream, long position, int length) {
    int start = (int) ((position + stream * 4_099L) % TEXT.length);
    int first = Math.min(length, TEXT.length - start);
    return Unpooled.wrappedBuffer(
        Unpooled.wrappedBuffer(TEXT, start, first),
        Unpooled.wrappedBuffer(TEXT, 0, length - first));
  }

  /** How much was written and not refused. */
  long written() {
    return written;
  }

  /** Writes without an outcome. */
  int undone() {
    return undone;
  }

  /** Whether the peer is to be told of an end. */
  boolean isEnding() {
    return ending;
  }

  /** Whether something was done for which either end may miss what the other one wrote. */
  boolean isLossy() {
    return lossy;
  }

  /** Whether a write after the end was not refused. */
  boolean hasWrittenAfterEnd() {
    return wroteAfterEnd;
  }

  void actOnceIn(int times) {
    if (random.nextInt(times) == 0) {
      act();
    }
  }

  void act() {
    int choice = random.nextInt(100);
    if (choice < 50) {
      for (int i = random.nextInt(4); i >= 0; i--) {
        write();
      }
    } else if (choice < 60) {
      stream.flush();
    } else if (choice < 67) {
      stream.config().setAutoRead(random.nextBoolean());
    } else if (choice < 78) {
      stream.read();
    } else if (choice < 80) {
      stream.weight(1 + random.nextInt(YamuxStream.MAX_WEIGHT));
    } else {
      end(choice);
    }
  }

  /**
   * Reads all there is and ends. What is done in events may undo that: then do it again. Closes only
   * what no longer reads: on any other stream that would hide an end that is never sent.
   */
  void finish() {
    stream.config().setAutoRead(true);
    stream.flush();
    if (deaf) {
      close();
    } else if (!stream.isOutputShutdown()) {
      shutdownOutput();
    }
  }

  private void end(int choice) {
    if (choice < 92) {
      shutdownOutput();
    } else if (choice < 95) {
      story.add("shutdownInput");
      lossy = true;
      deaf = true;
      stream.shutdownInput();
    } else if (choice < 98) {
      close();
    } else {
      story.add("reset");
      lossy = true;
      stream.reset();
    }
  }

  private void shutdownOutput() {
    story.add("shutdownOutput");
    ending = true;
    stream.shutdownOutput();
  }

  private void close() {
    story.add("close");
    ending = true;
    lossy = true;
    stream.close();
  }

  private void write() {
    if (!stream.isWritable() && random.nextInt(10) > 0) {
      return;
    }
    int length = length();
    written += length;
    undone++;
    boolean late = stream.isOutputShutdown();
    ChannelFuture future = stream.write(message(length, written - length));
    if (late || future.cause() != null) {
      written -= length;
    }
    if (late && future.cause() == null) {
      wroteAfterEnd = true;
    }
    future.addListener(done -> {
      undone--;
      actOnceIn(5);
    });
    if (random.nextInt(3) == 0) {
      stream.flush();
    }
  }

  /** Many are empty: those pass without a frame, on ways of their own. */
  private int length() {
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3, 4 -> 0;
      case 5, 6 -> random.nextInt(20);
      case 7, 8, 9 -> random.nextInt(2_000);
      case 10 -> random.nextInt(70_000);
      default -> random.nextInt(4) == 0 ? random.nextInt(900_000) : random.nextInt(20_000);
    };
  }

  /** Buffers of any kind. */
  private ByteBuf message(int length, long position) {
    ByteBuf text = text(stream.number(), position, length);
    return switch (random.nextInt(4)) {
      case 0 -> text;
      case 1 -> Unpooled.copiedBuffer(text);
      default -> stream.alloc().buffer(length).writeBytes(text);
    };
  }
}
