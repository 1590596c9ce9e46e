package dev.twine.broadcaster;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a batch in one wire form: small ones end to end in one buffer, large ones alone.
 *
 * <p>Owns its buffers. Written by one thread, then only read, by several at a time.
 */
final class Frames {
  /** Up to here copying a frame is cheaper than one more buffer for each peer. */
  static final int SMALL = 8 << 10;

  private static final int UNWANTED = -1;
  private static final int FAILED = -2;

  private final ByteBuf small;
  private final @Nullable ByteBuf[] large;
  private final int[] offsets;
  private final int[] lengths;
  private int present;
  private long bytes;

  private Frames(int messages, ByteBuf small) {
    this.small = small;
    large = new ByteBuf[messages];
    offsets = new int[messages];
    lengths = new int[messages];
  }

  /** Frames every message. */
  static Frames of(OutboundMessage[] messages, WireForm form, ByteBufAllocator allocator) {
    int smallBytes = 0;
    for (OutboundMessage message : messages) {
      int length = form.frameBytes(message.body().length);
      smallBytes += length <= SMALL ? length : 0;
    }
    var frames = new Frames(messages.length, allocator.directBuffer(Math.max(1, smallBytes)));
    try {
      for (int i = 0; i < messages.length; i++) {
        frames.frame(i, messages[i], form, allocator);
      }
    } catch (OutOfMemoryError e) {
      frames.release();
      throw e;
    }
    return frames;
  }

  /** A single frame, or null if the form failed. The caller owns it. */
  static @Nullable ByteBuf single(
      OutboundMessage message, WireForm form, ByteBufAllocator allocator) {
    ByteBuf frame = allocator.directBuffer(form.frameBytes(message.body().length));
    try {
      form.frame(message, frame);
      return frame;
    } catch (RuntimeException e) {
      // A form is code of a transport; its fault costs this message and no other.
      frame.release();
      return null;
    }
  }

  /**
   * The frames that the interest asks for: these themselves if it wants all, else a copy, which the
   * caller releases.
   */
  Frames only(TagSet interest, Batch batch, ByteBufAllocator allocator) {
    int unwanted = 0;
    int smallBytes = 0;
    for (int i = 0; i < lengths.length; i++) {
      if (!interest.wants(batch.message(i).tag())) {
        unwanted++;
      } else if (isSmall(i)) {
        smallBytes += lengths[i];
      }
    }
    if (unwanted == 0) {
      return this;
    }
    var copy = new Frames(lengths.length, allocator.directBuffer(Math.max(1, smallBytes)));
    for (int i = 0; i < lengths.length; i++) {
      copy.copy(i, this, interest.wants(batch.message(i).tag()));
    }
    return copy;
  }

  /** Whether there is a frame for that message. */
  boolean has(int index) {
    return lengths[index] >= 0;
  }

  /** Whether the message was wanted and could not be framed. */
  boolean failed(int index) {
    return lengths[index] == FAILED;
  }

  int length(int index) {
    return lengths[index];
  }

  int offset(int index) {
    return offsets[index];
  }

  /** How many frames there are. */
  int present() {
    return present;
  }

  /** Bytes of all frames. */
  long bytes() {
    return bytes;
  }

  /** The buffer of a large frame, not retained; null for a small one. */
  @Nullable
  ByteBuf large(int index) {
    return large[index];
  }

  /** All small frames, not retained. */
  ByteBuf small() {
    return small;
  }

  /**
   * That frame alone, for peers that lag: a small one is copied, because a slice would hold the
   * whole batch in memory. The caller owns it.
   */
  ByteBuf alone(int index, ByteBufAllocator allocator) {
    ByteBuf buffer = large[index];
    return buffer != null
        ? buffer.retainedDuplicate()
        : allocator
            .directBuffer(Math.max(1, lengths[index]))
            .writeBytes(small, offsets[index], lengths[index]);
  }

  void release() {
    small.release();
    for (ByteBuf buffer : large) {
      if (buffer != null) {
        buffer.release();
      }
    }
  }

  private void frame(
      int index, OutboundMessage message, WireForm form, ByteBufAllocator allocator) {
    int length = form.frameBytes(message.body().length);
    if (length > SMALL) {
      ByteBuf buffer = single(message, form, allocator);
      large[index] = buffer;
      add(index, 0, buffer == null ? FAILED : buffer.readableBytes());
      return;
    }
    int start = small.writerIndex();
    try {
      form.frame(message, small);
      add(index, start, small.writerIndex() - start);
    } catch (RuntimeException e) {
      // As in single().
      small.writerIndex(start);
      add(index, 0, FAILED);
    }
  }

  private void copy(int index, Frames source, boolean isWanted) {
    if (!isWanted || !source.has(index)) {
      add(index, 0, isWanted ? FAILED : UNWANTED);
      return;
    }
    ByteBuf buffer = source.large[index];
    if (buffer != null) {
      large[index] = buffer.retain();
    }
    int start = small.writerIndex();
    if (buffer == null) {
      small.writeBytes(source.small, source.offsets[index], source.lengths[index]);
    }
    add(index, start, source.lengths[index]);
  }

  private void add(int index, int offset, int length) {
    offsets[index] = offset;
    lengths[index] = length;
    if (length >= 0) {
      present++;
      bytes += length;
    }
  }

  private boolean isSmall(int index) {
    return has(index) && large[index] == null;
  }
}
