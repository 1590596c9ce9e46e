package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.yamux.SendSchedule.Turn;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.IllegalReferenceCountException;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a stream: takes what was flushed out of the stream's outbound buffer whenever
 * it is its turn, as the peer's window allows. Confined to the event loop.
 */
final class StreamOutput implements ChannelOutboundBuffer.MessageProcessor {
  /**
   * Which reason makes the stream not writable, beside its own water marks. The last ones of those
   * that there are: users count from 1, and so do Netty's handlers for traffic shaping.
   */
  static final int WINDOW = 31;

  static final int CONNECTION = 30;

  private final YamuxStream stream;
  private final YamuxSession session;
  private final SendWindow window = new SendWindow();
  private final Turn<YamuxStream> turn;
  private final QueueBudget.Share queue;
  private final StallWatch stall;
  private MemoryCharge memory;
  private long charged;
  private long sentBytes;
  private int room;
  private boolean emitting;
  private boolean sending;
  private boolean finishing;

  StreamOutput(YamuxStream stream, YamuxSession session, int weight) {
    this.stream = stream;
    this.session = session;
    this.turn = new Turn<>(stream, weight);
    this.queue = session.queues().share();
    this.stall = new StallWatch(stream, session);
    this.memory = session.memory();
  }

  Turn<YamuxStream> turn() {
    return turn;
  }

  /** Whether the end is to follow what is queued, or has been sent. */
  boolean isFinishing() {
    return finishing;
  }

  /** Whether another message may be queued. */
  boolean admits(ByteBuf message) {
    ChannelOutboundBuffer in = stream.unsafe().outboundBuffer();
    return in == null || queue.admit(in.totalPendingWriteBytes(), message.readableBytes(), mark());
  }

  /** What was sent so far. */
  long sentBytes() {
    return sentBytes;
  }

  /** Whether something was flushed and is not sent yet. */
  boolean hasUnsent() {
    ChannelOutboundBuffer in = stream.unsafe().outboundBuffer();
    return in != null && !in.isEmpty();
  }

  /** Charges the memory of the peer with another message; false if there is no room for it. */
  boolean charge(ByteBuf message) {
    ChannelOutboundBuffer in = stream.unsafe().outboundBuffer();
    return in == null || charge(in.totalPendingWriteBytes() + message.readableBytes());
  }

  /** Something was flushed. */
  void flushed(ChannelOutboundBuffer in) {
    if (sending) {
      return;
    }
    removeEmpty(in);
    if (in.isEmpty()) {
      // The end may have been asked for by a listener of what was removed.
      finishIfDrained();
      return;
    }
    if (window.isExhausted()) {
      writable(WINDOW, false);
      stall.start();
      return;
    }
    if (!session.ctx().channel().isWritable()) {
      writable(CONNECTION, false);
      stall.start();
    }
    session.endOfTurn().wants(turn);
  }

  /** The peer's window grew. */
  void granted(long credit) {
    window.grant(credit);
    if (credit > 0) {
      writable(WINDOW, true);
      ChannelOutboundBuffer in = stream.unsafe().outboundBuffer();
      if (in != null && !in.isEmpty()) {
        session.endOfTurn().wants(turn);
      }
    }
  }

  /** Sends one frame of at most so many bytes, and returns how many it had. */
  int send(int most) {
    ChannelOutboundBuffer in = stream.unsafe().outboundBuffer();
    int length = in == null ? 0 : measure(in, (int) Math.min(most, window.available()));
    if (in == null || length == 0) {
      session.endOfTurn().wantsNothing(turn);
      return 0;
    }
    session.frames().data(stream.life().flags(), stream.number(), length);
    room = length;
    emitting = true;
    visit(in);
    window.sent(length);
    sentBytes += length;
    session.counters().sent(length);
    remove(in, length);
    sent(in);
    return length;
  }

  /** What is queued, if anything is, has to move on. */
  void watch() {
    if (hasUnsent()) {
      stall.restart();
    }
  }

  /** The end shall follow what is queued; at once if nothing is. */
  void finish() {
    finishing = true;
    stream.unsafe().flush();
    finishIfDrained();
  }

  /** The stream has closed. */
  void close() {
    queue.settle(0, 0);
    charge(0);
    stall.stop();
  }

  @Override
  public boolean processMessage(Object message) {
    var buffer = (ByteBuf) message;
    int part = Math.min(room, buffer.readableBytes());
    if (emitting) {
      session.frames().body(buffer, part);
    } else if (buffer.refCnt() == 0) {
      throw new IllegalReferenceCountException("released after it was written to a stream");
    }
    room -= part;
    return room > 0;
  }

  private boolean charge(long queued) {
    MemoryCharge due =
        stream.config().areWritesShared() ? session.sharedMemory() : session.memory();
    if (due != memory) {
      memory.queue(-charged);
      charged = 0;
      memory = due;
    }
    if (queued == charged || memory.queue(queued - charged)) {
      charged = queued;
      return true;
    }
    return false;
  }

  /** How many bytes of what was flushed fit; 0 if a buffer turns out to be unusable. */
  private int measure(ChannelOutboundBuffer in, int most) {
    room = most;
    emitting = false;
    try {
      visit(in);
      return most - room;
    } catch (IllegalReferenceCountException e) {
      stream.ending().fail(e);
      return 0;
    }
  }

  private void visit(ChannelOutboundBuffer in) {
    try {
      in.forEachFlushedMessage(this);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Listeners run in here and may do anything, also write or close. */
  private void remove(ChannelOutboundBuffer in, int length) {
    sending = true;
    int left = length;
    while (left > 0 && in.current() instanceof ByteBuf first) {
      int readable = first.readableBytes();
      if (readable > left) {
        first.skipBytes(left);
        in.progress(left);
        break;
      }
      left -= readable;
      in.remove();
    }
    removeEmpty(in);
    sending = false;
  }

  private void removeEmpty(ChannelOutboundBuffer in) {
    while (in.current() instanceof ByteBuf first && !first.isReadable()) {
      in.remove();
    }
  }

  private void sent(ChannelOutboundBuffer in) {
    if (!stream.isOpen()) {
      return;
    }
    queue.settle(in.totalPendingWriteBytes(), mark());
    charge(in.totalPendingWriteBytes());
    writable(CONNECTION, true);
    if (window.isExhausted()) {
      writable(WINDOW, false);
      session.endOfTurn().wantsNothing(turn);
      stall.start();
    } else if (in.isEmpty()) {
      session.endOfTurn().wantsNothing(turn);
    }
    finishIfDrained();
  }

  /**
   * The end goes in a frame of its own: go-yamux notes an end before it takes in the body of the same
   * frame, and a reader that looks in between misses the body.
   */
  private void finishIfDrained() {
    ChannelOutboundBuffer in = stream.unsafe().outboundBuffer();
    if (finishing && !sending && in != null && in.isEmpty() && stream.life().maySend()) {
      int flags = stream.life().flagsWithFin();
      session.frames().control(FrameType.WINDOW_UPDATE, flags, stream.number(), 0);
      session.endOfTurn().soon();
      stream.ending().outputEnded();
    }
  }

  private void writable(int reason, boolean writable) {
    @Nullable ChannelOutboundBuffer in = stream.unsafe().outboundBuffer();
    if (in != null && in.getUserDefinedWritability(reason) != writable) {
      in.setUserDefinedWritability(reason, writable);
    }
  }

  private int mark() {
    return stream.config().getWriteBufferHighWaterMark();
  }
}
