package dev.twine.broadcaster;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Frames on their way from the queues of a peer to its channel, small ones joined: a queue of small
 * messages would else cost the channel one entry, and the socket one vector, for each.
 *
 * <p>Confined to the event loop; {@link #flush} ends it.
 */
final class JoinedFrames {
  /** What is joined at most; a larger buffer saves no more writes worth having. */
  static final int MAX_BYTES = 64 << 10;

  private final Outlet outlet;

  /** The only small frame so far, or the buffer of several. */
  private @Nullable ByteBuf waiting;

  private boolean isJoined;

  JoinedFrames(Outlet outlet) {
    this.outlet = outlet;
  }

  /** Bytes that have not been written yet. */
  int bytes() {
    return waiting == null ? 0 : waiting.readableBytes();
  }

  /**
   * Takes over the reference.
   *
   * @param moreBytes how much may follow
   */
  void add(ByteBuf frame, long moreBytes) {
    int length = frame.readableBytes();
    if (length > Frames.SMALL || bytes() + length > MAX_BYTES) {
      flush();
    }
    if (length > Frames.SMALL) {
      outlet.write(frame);
    } else if (waiting == null) {
      waiting = frame;
    } else {
      join(waiting, frame, moreBytes);
    }
  }

  /** Writes what waits. */
  void flush() {
    ByteBuf last = waiting;
    waiting = null;
    isJoined = false;
    if (last != null) {
      outlet.write(last);
    }
  }

  private void join(ByteBuf before, ByteBuf frame, long moreBytes) {
    ByteBuf joined = before;
    if (!isJoined) {
      long most = before.readableBytes() + frame.readableBytes() + moreBytes;
      joined = ByteBufAllocator.DEFAULT.directBuffer((int) Math.min(MAX_BYTES, most));
      joined.writeBytes(before);
      before.release();
      waiting = joined;
      isJoined = true;
    }
    joined.writeBytes(frame);
    frame.release();
  }
}
