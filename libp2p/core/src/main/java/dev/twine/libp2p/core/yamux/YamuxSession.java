package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.StreamAcceptor;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamLimits;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import org.jspecify.annotations.Nullable;

/**
 * What the streams of one connection share: their table, windows, queues and the way out. Confined
 * to the event loop, but for the methods that say otherwise.
 */
final class YamuxSession {
  /** Of writers that do not look whether their stream is writable; see {@link QueueBudget}. */
  static final int MAX_QUEUED_PER_STREAM = 1 << 20;

  static final int MAX_QUEUED_PER_CONNECTION = 8 << 20;

  private final ChannelHandlerContext ctx;
  private final MuxerConfig config;
  private final StreamAcceptor acceptor;
  private final StreamTable streams;
  private final FrameWriter frames;
  private final EndOfTurn endOfTurn;
  private final WindowBudget windows;
  private final QueueBudget queues =
      new QueueBudget(MAX_QUEUED_PER_STREAM, MAX_QUEUED_PER_CONNECTION);
  private final Admission admission;
  private final Counters counters = new Counters();
  private volatile long rttNanos;
  private long heldBytes;
  private boolean goingAway;
  private boolean peerGoingAway;
  private boolean closed;
  private @Nullable Libp2pException failure;

  YamuxSession(
      ChannelHandlerContext ctx, boolean initiator, MuxerConfig config, StreamAcceptor acceptor) {
    this.ctx = ctx;
    this.config = config;
    this.acceptor = acceptor;
    this.streams = new StreamTable(initiator);
    this.frames = new FrameWriter(ctx);
    this.endOfTurn = new EndOfTurn(this);
    this.windows = new WindowBudget(config.windows().connectionBytes());
    this.admission = new Admission(config.streams(), config.refusals(), nowNanos());
  }

  /** Completes {@code opened} with a new stream of this side, or fails it. */
  void open(ChannelHandler initializer, Promise<StreamChannel> opened) {
    Libp2pException refusal = refusal();
    if (refusal != null) {
      opened.tryFailure(refusal);
      return;
    }
    var stream = new YamuxStream(this, streams.nextId(), StreamLife.opened());
    stream.pipeline().addLast(initializer);
    counters.opened();
    register(stream);
    endOfTurn.owes(stream);
    if (!stream.isOpen()) {
      opened.tryFailure(Failures.resetLocally(stream.streamId()));
    } else if (!opened.trySuccess(stream)) {
      stream.reset();
    }
  }

  /** The peer opens a stream; null if it may not, and then it has been told. */
  @Nullable
  YamuxStream accept(FrameHeader header) {
    int id = header.streamId();
    if (streams.isOwn(id) || streams.isUsed(id)) {
      throw new YamuxException(
          Offence.BAD_STREAM_ID, "stream " + Integer.toUnsignedString(id) + " opened by the peer");
    }
    if (!mayAccept(header)) {
      frames.control(FrameType.WINDOW_UPDATE, FrameHeader.RST, id, 0);
      endOfTurn.soon();
      return null;
    }
    var stream = new YamuxStream(this, id, StreamLife.accepted());
    counters.accepted();
    register(stream);
    endOfTurn.owes(stream);
    acceptor.accepted(stream);
    return stream;
  }

  /** No new streams in either direction; those that are open go on. */
  void goAway() {
    if (!goingAway && !closed) {
      goingAway = true;
      frames.control(FrameType.GO_AWAY, 0, 0, GoAwayCode.NORMAL.wire());
      endOfTurn.soon();
    }
  }

  /** The peer accepts no more streams. */
  void peerGoesAway() {
    peerGoingAway = true;
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

  /** The channel closes by this side's wish: says so, and sends what was written. */
  void close() {
    goAway();
    frames.flush();
    closed = true;
  }

  /** The channel is gone: all streams end. */
  void ended() {
    boolean asked = closed && failure == null;
    closed = true;
    for (YamuxStream stream : streams.all()) {
      Libp2pException cause = failure;
      stream
          .ending()
          .connectionEnded(cause == null ? Failures.closed(stream.streamId()) : cause, !asked);
    }
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
    if (bytes > 0 && heldBytes + bytes > config.windows().connectionBytes()) {
      config.refusals().count("windows.held");
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

  MuxerConfig config() {
    return config;
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

  QueueBudget queues() {
    return queues;
  }

  Admission admission() {
    return admission;
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

  void rttNanos(long nanos) {
    rttNanos = nanos;
  }

  long nowNanos() {
    return ctx.executor().ticker().nanoTime();
  }

  private void register(YamuxStream stream) {
    streams.add(stream);
    stream.unsafe().register(loop(), stream.newPromise());
    counters.windows(windows.granted());
  }

  private boolean mayAccept(FrameHeader header) {
    if (goingAway || header.has(FrameHeader.RST)) {
      admission.refuse(nowNanos());
      return false;
    }
    return admission.admits(streams.inbound(), streams.size(), nowNanos());
  }

  private @Nullable Libp2pException refusal() {
    StreamLimits limits = config.streams();
    if (closed || !ctx.channel().isActive()) {
      return Failures.noConnection();
    }
    if (goingAway || peerGoingAway || !streams.hasNextId()) {
      return Failures.goneAway(GoAwayCode.NORMAL);
    }
    if (streams.size() >= limits.total()) {
      config.refusals().count("streams.total");
      return Failures.limit("too many streams", limits.total(), "close some or raise the limit");
    }
    if (streams.unacknowledged() >= limits.unacknowledged()) {
      config.refusals().count("streams.unacknowledged");
      return Failures.limit(
          "too many streams that the remote side has not accepted",
          limits.unacknowledged(),
          "wait for some to be accepted");
    }
    return null;
  }
}
