package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.KeepAlive;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.RateLimits;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.StreamAcceptor;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * What the streams of one connection share: their table, windows, queues and the way out. Confined
 * to the event loop, but for the methods that say otherwise.
 */
final class YamuxSession {
  private final ChannelHandlerContext ctx;
  private final MuxerConfig config;
  private final StreamTable streams;
  private final FrameWriter frames;
  private final EndOfTurn endOfTurn;
  private final WindowBudget windows;
  private final QueueBudget queues;
  private final MemoryCharge memory;
  private final MemoryCharge sharedMemory;
  private final StreamOpener opener;
  private final PingState pings;
  private final Counters counters = new Counters();
  private volatile long rttNanos;
  private long heldBytes;
  private boolean closed;
  private @Nullable Libp2pException failure;

  YamuxSession(
      ChannelHandlerContext ctx, boolean initiator, MuxerConfig config, StreamAcceptor acceptor) {
    this.ctx = ctx;
    this.config = config;
    var queued = config.limits().queues();
    this.streams = new StreamTable(initiator, config.limits().streams(), config.refusals());
    this.frames = new FrameWriter(ctx, queued.controlBytes());
    this.queues = new QueueBudget(queued.streamBytes(), queued.connectionBytes());
    this.endOfTurn = new EndOfTurn(this);
    this.memory = new MemoryCharge(config.memory());
    this.sharedMemory = new MemoryCharge(config.memory().alone());
    this.windows = new WindowBudget(config.limits().windows().connectionBytes(), memory);
    this.opener = new StreamOpener(this, acceptor);
    this.pings = pings(config.limits(), nowNanos());
  }

  private static PingState pings(Limits.OfConnection limits, long now) {
    RateLimits rates = limits.rates();
    var answers = new RateBudget(rates.pingsBurst(), rates.pingsPerSecond(), now);
    KeepAlive keepAlive = limits.keepAlive();
    return new PingState(
        keepAlive.interval().toNanos(), keepAlive.deadAfter().toNanos(), answers, now);
  }

  PingState pings() {
    return pings;
  }

  void ping(long now) {
    frames.control(FrameType.PING, FrameHeader.SYN, 0, pings.sent(now));
    endOfTurn.soon();
  }

  /** A peer's ping, or the answer to one of ours. */
  void pinged(FrameHeader header) {
    long now = nowNanos();
    if (header.has(FrameHeader.SYN)) {
      pings.asked(now);
      frames.control(FrameType.PING, FrameHeader.ACK, 0, header.length());
      endOfTurn.soon();
    } else if (pings.answered(header.length(), now)) {
      rttNanos = pings.rttNanos();
    }
  }

  /**
   * The round trip on which a window is about to grow. Until enough pings were answered to trust it,
   * another one goes out: who transfers nothing does not pay for them.
   */
  long rttForWindow(long now) {
    if (pings.wantsSample()) {
      ping(now);
    }
    return rttNanos;
  }

  /** Ends the connection for a reason; the peer is told if it is at fault. */
  void fail(Libp2pException cause, @Nullable GoAwayCode tell) {
    if (closed) {
      return;
    }
    if (tell != null) {
      frames.control(FrameType.GO_AWAY, 0, 0, tell.wire());
    }
    frames.flush();
    closed = true;
    failure = cause;
    ctx.fireExceptionCaught(cause);
    ctx.close();
  }

  /** The peer broke the protocol or a limit that ends the connection. */
  void fail(YamuxException cause) {
    config.refusals().count(cause.offence().counter());
    fail(Failures.brokenProtocol(cause), GoAwayCode.PROTOCOL_ERROR);
  }

  /**
   * Something of this side failed while frames were written, for want of memory most likely. Nobody
   * knows where in a frame that was, so nothing more is sent.
   */
  void broken(Throwable cause) {
    if (closed) {
      return;
    }
    frames.release();
    closed = true;
    failure = Failures.broken(cause);
    ctx.fireExceptionCaught(failure);
    ctx.close();
  }

  /** The channel closes by this side's wish: says so, and sends what was written. */
  void close() {
    opener.goAway();
    frames.flush();
    closed = true;
  }

  /** The channel is gone: all streams end. */
  void ended() {
    boolean asked = closed && failure == null;
    closed = true;
    opener.ended();
    for (YamuxStream stream : streams.all()) {
      Libp2pException cause = failure;
      stream
          .ending()
          .connectionEnded(cause == null ? Failures.closed(stream.streamId()) : cause, !asked);
    }
    memory.close();
    sharedMemory.close();
    frames.release();
  }

  /** A stream has closed. */
  void forget(YamuxStream stream, boolean endAwaited) {
    streams.remove(stream, endAwaited);
    endOfTurn.forget(stream);
    counters.windows(windows.granted());
  }

  /** Data that waits for reads changed; false if it may not grow by so much. */
  boolean hold(long bytes) {
    if (bytes > 0 && heldBytes + bytes > config.limits().windows().connectionBytes()) {
      config.refusals().count("windows.held");
      return false;
    }
    if (bytes != 0 && !memory.hold(bytes)) {
      return false;
    }
    heldBytes += bytes;
    return true;
  }

  EventLoop loop() {
    return ctx.channel().eventLoop();
  }

  ChannelHandlerContext ctx() {
    return ctx;
  }

  Limits.OfConnection limits() {
    return config.limits();
  }

  Refusals refusals() {
    return config.refusals();
  }

  StreamTable streams() {
    return streams;
  }

  FrameWriter frames() {
    return frames;
  }

  EndOfTurn endOfTurn() {
    return endOfTurn;
  }

  WindowBudget windows() {
    return windows;
  }

  MemoryCharge memory() {
    return memory;
  }

  /** For what others hold as well. */
  MemoryCharge sharedMemory() {
    return sharedMemory;
  }

  QueueBudget queues() {
    return queues;
  }

  StreamOpener opener() {
    return opener;
  }

  Counters counters() {
    return counters;
  }

  boolean isClosed() {
    return closed;
  }

  /** 0 if unknown. Any thread. */
  long rttNanos() {
    return rttNanos;
  }

  long nowNanos() {
    return ctx.executor().ticker().nanoTime();
  }
}
