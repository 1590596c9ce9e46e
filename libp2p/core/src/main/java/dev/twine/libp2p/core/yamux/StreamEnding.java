package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.ReadingStopped;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * How a stream comes to its end: half by half, by a reset of either side, or with its connection.
 * Confined to the event loop, but for the two questions.
 */
final class StreamEnding {
  private final YamuxStream stream;
  private final YamuxSession session;
  private volatile boolean inputShutdown;
  private volatile boolean outputShutdown;
  private @Nullable ChannelPromise closing;
  private @Nullable ChannelPromise finishing;

  StreamEnding(YamuxStream stream, YamuxSession session) {
    this.stream = stream;
    this.session = session;
  }

  /** Any thread. */
  boolean isInputShutdown() {
    return inputShutdown;
  }

  /** Any thread. */
  boolean isOutputShutdown() {
    return outputShutdown;
  }

  /** Whether only what is queued keeps the stream open. */
  boolean isClosing() {
    return closing != null;
  }

  /** Throws unless the stream still takes writes. */
  void checkWrite() throws Exception {
    if (closing != null) {
      throw new ClosedChannelException();
    }
    if (outputShutdown) {
      throw new ChannelOutputShutdownException("the output of the stream was shut down");
    }
  }

  /** Drops what comes from now on. */
  void shutdownInput(ChannelPromise promise) {
    inputShutdown = true;
    stream.input().discard();
    if (stream.isOpen()) {
      stream.pipeline().fireUserEventTriggered(ReadingStopped.FOR_GOOD);
    }
    promise.trySuccess();
  }

  /** Lets the end follow what is queued. */
  void shutdownOutput(ChannelPromise promise) {
    ChannelPromise before = finishing;
    if (!stream.isOpen()) {
      promise.tryFailure(new ClosedChannelException());
    } else if (stream.life().isFinSent()) {
      promise.trySuccess();
    } else if (before != null) {
      before.addListener(done -> complete(promise, done.cause()));
    } else {
      finishing = promise.unvoid();
      outputShutdown = true;
      stream.output().finish();
    }
  }

  /** The end of the output has been sent. */
  void outputEnded() {
    ChannelPromise promise = finishing;
    finishing = null;
    if (promise != null) {
      promise.trySuccess();
    }
    if (closing != null) {
      stream.closeNow(null);
    } else {
      stream.pipeline().fireUserEventTriggered(ChannelOutputShutdownEvent.INSTANCE);
      closeIfOver();
    }
  }

  /** The pipeline has been told of the peer's end. */
  void inputEnded() {
    inputShutdown = true;
    closeIfOver();
  }

  /** Sends what is queued before the stream closes; false if there is nothing to wait for. */
  boolean closeInOrder(ChannelPromise promise) {
    if (!stream.isOpen() || session.isClosed() || !stream.life().maySend()) {
      return false;
    }
    if (closing != null) {
      stream.closeFuture().addListener(done -> promise.trySuccess());
      return true;
    }
    if (!stream.life().isAnnounced() && queuedBytes() == 0) {
      stream.life().reset();
      return false;
    }
    closing = promise;
    inputShutdown = true;
    outputShutdown = true;
    stream.input().discard();
    stream.output().finish();
    stream.output().watch();
    return true;
  }

  /** The peer gave the stream up. */
  void resetByPeer(long code) {
    stream.life().reset();
    if (!session.streams().isOwn(stream.number())) {
      session.opener().resetByPeer();
    }
    var cause = Failures.resetByPeer(stream.streamId(), code);
    if (stream.isOpen() && stream.life().isFinReceived() && !stream.input().isEnded()) {
      outputLost(cause);
    } else {
      tell(cause);
      stream.closeNow(cause);
    }
  }

  /** This side gives the stream up; closing says so, as neither half has ended. */
  void reset(ChannelPromise promise) {
    stream.closeNow(Failures.resetLocally(stream.streamId()));
    promise.trySuccess();
  }

  /** The stream cannot go on: its pipeline is told, and the peer. */
  void fail(Exception cause) {
    if (stream.isOpen()) {
      // Later, as it may be a write of this pipeline that went wrong.
      session.loop().execute(() -> stream.pipeline().fireExceptionCaught(cause));
      stream.closeNow(cause);
    }
  }

  /** The connection is gone; {@code tell} unless this side closed it. */
  void connectionEnded(Libp2pException cause, boolean tell) {
    stream.life().reset();
    if (tell) {
      tell(cause);
    }
    stream.closeNow(cause);
  }

  /** The stream closes: tells the peer if it does not know, and those who wait. */
  void closed() {
    StreamLife life = stream.life();
    boolean endAwaited = life.isAnnounced() && life.mayReceive();
    if (life.isAnnounced() && life.maySend()) {
      say(FrameHeader.RST, 0);
      endAwaited = false;
    } else if (endAwaited && stream.input().isUsedUp()) {
      // A peer that waits for credit would not learn that nobody reads: what it sends is refused.
      say(0, 1);
    }
    life.reset();
    session.forget(stream, endAwaited);
    if (finishing != null) {
      finishing.tryFailure(new ClosedChannelException());
    }
    ChannelPromise waiting = closing;
    if (waiting != null) {
      stream.closeFuture().addListener(done -> waiting.trySuccess());
    }
  }

  /** What the peer had sent up to its end is there to be read; the stream closes behind it. */
  private void outputLost(Libp2pException cause) {
    outputShutdown = true;
    ChannelPromise promise = finishing;
    finishing = null;
    if (promise != null) {
      promise.tryFailure(cause);
    }
    stream.endOutput(cause);
  }

  /** What was read before comes to its end first, as on any channel. */
  private void tell(Libp2pException cause) {
    stream.input().completeRead();
    if (stream.isOpen()) {
      stream.pipeline().fireExceptionCaught(cause);
    }
  }

  private void say(int flags, long credit) {
    session.frames().control(FrameType.WINDOW_UPDATE, flags, stream.number(), credit);
    session.endOfTurn().soon();
  }

  private void closeIfOver() {
    if (stream.isOpen() && stream.life().isOver() && stream.input().isEnded()) {
      stream.closeNow(null);
    }
  }

  private long queuedBytes() {
    ChannelOutboundBuffer queue = stream.unsafe().outboundBuffer();
    return queue == null ? 0 : queue.totalPendingWriteBytes();
  }

  private static void complete(ChannelPromise promise, @Nullable Throwable cause) {
    if (cause == null) {
      promise.trySuccess();
    } else {
      promise.tryFailure(cause);
    }
  }
}
