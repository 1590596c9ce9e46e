package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.ReadingStopped;
import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;

/**
 * The receiving half of a stream: gives data to the pipeline when it asks for it, holds it
 * otherwise, and earns credit for what it gave. Confined to the event loop.
 */
final class StreamInput {
  /** What one {@code read()} gets at most without {@code autoRead}, as on other channels. */
  private static final int PARTS_PER_READ = 16;

  private final YamuxStream stream;
  private final YamuxSession session;
  private final ReceiveWindow window;
  private final Held held = new Held();
  private boolean asked;
  private boolean inLoop;
  private int partsLeft;
  private boolean drainScheduled;
  private boolean discarding;
  private boolean endReached;
  private boolean ended;

  StreamInput(YamuxStream stream, YamuxSession session) {
    this.stream = stream;
    this.session = session;
    this.window = new ReceiveWindow(
        session.windows(), session.limits().windows().streamBytes(), session.nowNanos());
  }

  ReceiveWindow window() {
    return window;
  }

  /** Whether the pipeline was given everything up to the peer's end, and told of that. */
  boolean isEnded() {
    return ended;
  }

  /** Whether the peer has sent all that it may, so that it waits if it has more. */
  boolean isUsedUp() {
    return window.available() == 0;
  }

  /** The pipeline asks for data. */
  void read() {
    asked = true;
    drainLater();
  }

  /** The pipeline takes back what it asked. */
  void readCleared() {
    asked = false;
    partsLeft = 0;
    session.loop().execute(() -> {
      if (stream.isOpen()) {
        stream.pipeline().fireUserEventTriggered(ReadingStopped.FOR_NOW);
      }
    });
  }

  /** Takes the next {@code length} bytes of {@code in}, which were charged to the window before. */
  void data(ByteBuf in, int length) {
    session.counters().received(length);
    if (discarding) {
      in.skipBytes(length);
      consumed(length);
    } else if (held.isEmpty() && mayGive()) {
      give(in.readRetainedSlice(length), length);
    } else if (session.hold(length)) {
      held.add(in, length, stream.alloc());
    } else {
      in.skipBytes(length);
      stream.ending().fail(Failures.heldFull(stream.streamId()));
    }
  }

  /** The peer's end, after all its data. */
  void end() {
    stream.life().finReceived();
    if (held.isEmpty()) {
      tellEnd();
    }
  }

  /** Everything that comes from now on is dropped, and credited. */
  void discard() {
    discarding = true;
    long bytes = held.bytes();
    drop();
    if (bytes > 0) {
      consumed(bytes);
    }
    if (stream.life().isFinReceived()) {
      tellEnd();
    }
  }

  /** That was all for now; also for a handler that has closed the stream meanwhile. */
  void completeRead() {
    if (!inLoop) {
      return;
    }
    inLoop = false;
    if (stream.isRegistered()) {
      stream.pipeline().fireChannelReadComplete();
      drainLater();
    }
  }

  /** The stream has closed. */
  void close() {
    drop();
    window.close();
  }

  private boolean mayGive() {
    if (inLoop) {
      return partsLeft > 0;
    }
    if (!asked) {
      return false;
    }
    asked = false;
    inLoop = true;
    partsLeft = stream.config().isAutoRead() ? Integer.MAX_VALUE : PARTS_PER_READ;
    session.endOfTurn().wasRead(stream);
    return true;
  }

  private void give(ByteBuf part, int length) {
    partsLeft--;
    stream.pipeline().fireChannelRead(part);
    consumed(length);
  }

  private void consumed(long bytes) {
    if (stream.isOpen()) {
      window.consumed(bytes);
      if (window.isUpdateDue() && stream.life().mayReceive()) {
        session.endOfTurn().owes(stream);
      }
    }
  }

  private void drain() {
    drainScheduled = false;
    for (int i = 0; i < PARTS_PER_READ && mayDrain(); i++) {
      ByteBuf part = held.take();
      int length = part.readableBytes();
      session.hold(-length);
      give(part, length);
    }
    completeRead();
    if (stream.life().isFinReceived() && held.isEmpty()) {
      tellEnd();
    }
  }

  private boolean mayDrain() {
    return stream.isOpen() && !held.isEmpty() && mayGive();
  }

  private void drainLater() {
    if (asked && !held.isEmpty() && !drainScheduled) {
      drainScheduled = true;
      session.loop().execute(this::drain);
    }
  }

  private void tellEnd() {
    if (endReached || !stream.isOpen()) {
      return;
    }
    endReached = true;
    if (!discarding) {
      completeRead();
    }
    if (!discarding && stream.isOpen()) {
      stream.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      stream.pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
    }
    ended = true;
    stream.ending().inputEnded();
  }

  private void drop() {
    session.hold(-held.bytes());
    held.release();
  }
}
