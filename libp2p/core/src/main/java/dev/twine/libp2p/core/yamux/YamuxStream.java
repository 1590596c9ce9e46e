package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.StreamChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.util.internal.StringUtil;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * One stream as a channel. Long because a channel has that many methods; what they do is in {@link
 * StreamInput}, {@link StreamOutput} and {@link StreamEnding}.
 */
final class YamuxStream extends AbstractChannel implements StreamChannel {
  private static final int DEFAULT_WEIGHT = 16;

  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  private final YamuxSession session;
  private final int number;
  private final StreamLife life;
  private final StreamConfig config;
  private final StreamInput input;
  private final StreamOutput output;
  private final StreamEnding ending;
  private volatile int weight = DEFAULT_WEIGHT;
  private volatile boolean open = true;
  private boolean owing;

  YamuxStream(YamuxSession session, int number, StreamLife life) {
    super(session.ctx().channel(), new StreamChannelId(session.ctx().channel().id(), number));
    this.session = session;
    this.number = number;
    this.life = life;
    this.config = new StreamConfig(this, session, this::autoReadCleared);
    this.input = new StreamInput(this, session);
    this.output = new StreamOutput(this, session, DEFAULT_WEIGHT);
    this.ending = new StreamEnding(this, session);
  }

  @Override
  public long streamId() {
    return Integer.toUnsignedLong(number);
  }

  @Override
  public int weight() {
    return weight;
  }

  @Override
  public void weight(int newWeight) {
    if (newWeight < 1 || newWeight > MAX_WEIGHT) {
      throw new IllegalArgumentException(
          "weight out of range: " + newWeight + ": choose 1 to " + MAX_WEIGHT);
    }
    weight = newWeight;
    onLoop(() -> output.turn().weight(weight));
  }

  @Override
  public ChannelFuture reset() {
    ChannelPromise promise = newPromise();
    onLoop(() -> ending.reset(promise));
    return promise;
  }

  @Override
  public ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    onLoop(() -> ending.shutdownOutput(promise));
    return promise;
  }

  @Override
  public ChannelFuture shutdownInput() {
    return shutdownInput(newPromise());
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    onLoop(() -> ending.shutdownInput(promise));
    return promise;
  }

  @Override
  public ChannelFuture shutdown() {
    return shutdown(newPromise());
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    shutdownInput();
    return shutdownOutput(promise);
  }

  @Override
  public boolean isInputShutdown() {
    return ending.isInputShutdown() || !open;
  }

  @Override
  public boolean isOutputShutdown() {
    return ending.isOutputShutdown() || !open;
  }

  @Override
  public boolean isShutdown() {
    return isInputShutdown() && isOutputShutdown();
  }

  @Override
  public StreamConfig config() {
    return config;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }

  int number() {
    return number;
  }

  StreamLife life() {
    return life;
  }

  StreamInput input() {
    return input;
  }

  StreamOutput output() {
    return output;
  }

  /** Notes whether the stream is among those that owe frames; false if that is not new. */
  boolean markOwing(boolean now) {
    boolean changed = owing != now;
    owing = now;
    return changed;
  }

  /** A frame of the peer's for this stream. A body, if it has one, follows by itself. */
  void frame(FrameHeader header) {
    if (life.acknowledge()) {
      session.opener().acknowledged();
    }
    if (header.has(FrameHeader.RST)) {
      ending.resetByPeer(header.type() == FrameType.WINDOW_UPDATE ? header.length() : 0);
      return;
    }
    if (life.isFinReceived() && header.bodyLength() > 0) {
      // A write of the peer that went on while it closed: no reason to end all other streams.
      session.refusals().count("streams.afterEnd");
      ending.fail(Failures.afterEnd(streamId()));
      return;
    }
    if (header.type() == FrameType.DATA) {
      input.window().received(header.length());
    } else {
      output.granted(header.length());
    }
    if (header.has(FrameHeader.FIN) && header.bodyLength() == 0) {
      input.end();
    }
  }

  /** Sends credit, if enough of the window was consumed. */
  void sendCredit() {
    if (open && life.mayReceive() && input.window().isUpdateDue()) {
      long now = session.nowNanos();
      long credit = input.window().update(now, session.rttForWindow(now));
      session.frames().control(FrameType.WINDOW_UPDATE, life.flags(), number, credit);
      session.counters().windows(session.windows().granted());
    }
  }

  /** Sends what the stream has to say and no data has said yet. */
  void sendOwed() {
    sendCredit();
    if (open && life.owesFrame()) {
      session.frames().control(FrameType.WINDOW_UPDATE, life.flags(), number, 0);
    }
  }

  StreamEnding ending() {
    return ending;
  }

  /** Closes without waiting for anything; {@code cause} fails what is queued. */
  void closeNow(@Nullable Exception cause) {
    ((StreamUnsafe) unsafe()).closeNow(newPromise(), cause);
  }

  /** What is queued fails, and whatever is written from now on. */
  void endOutput(Exception cause) {
    ChannelOutboundBuffer queue = unsafe().outboundBuffer();
    if (queue != null) {
      queue.addFlush();
      boolean more = true;
      while (more) {
        more = queue.remove(cause);
      }
    }
    ((StreamUnsafe) unsafe()).shutdownOutput(newPromise());
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new StreamUnsafe();
  }

  /** A peer can reset streams at will: where nobody listens, that must not fill the log. */
  @Override
  protected DefaultChannelPipeline newChannelPipeline() {
    return new DefaultChannelPipeline(this) {
      @Override
      protected void onUnhandledInboundException(Throwable cause) {
        if (!(cause instanceof Libp2pException)) {
          super.onUnhandledInboundException(cause);
        }
      }
    };
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return loop == parent().eventLoop();
  }

  @Override
  protected SocketAddress localAddress0() {
    return parent().localAddress();
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return parent().remoteAddress();
  }

  @Override
  protected void doBind(SocketAddress localAddress) {
    throw new UnsupportedOperationException("a stream has the address of its connection");
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doBeginRead() {
    input.read();
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    output.flushed(in);
  }

  @Override
  protected Object filterOutboundMessage(Object message) throws Exception {
    if (!(message instanceof ByteBuf buffer)) {
      throw new UnsupportedOperationException(
          "unsupported message: " + StringUtil.simpleClassName(message) + ": write a ByteBuf");
    }
    ending.checkWrite();
    if (!output.admits(buffer)) {
      session.refusals().count("streams.queued");
      var cause = Failures.queueFull(streamId());
      ending.fail(cause);
      throw cause;
    }
    if (!output.charge(buffer)) {
      var cause = Failures.memoryFull(streamId());
      ending.fail(cause);
      throw cause;
    }
    return message;
  }

  @Override
  protected void doClose() {
    if (!open) {
      return;
    }
    open = false;
    if (life.acknowledge()) {
      session.opener().acknowledged();
    }
    input.close();
    output.close();
    ending.closed();
  }

  /** Of {@link #endOutput}; Netty would close the channel. */
  @Override
  protected void doShutdownOutput() {
    session.endOfTurn().wantsNothing(output.turn());
    output.close();
  }

  private void autoReadCleared() {
    onLoop(input::readCleared);
  }

  private void onLoop(Runnable task) {
    EventLoop loop = session.loop();
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  private final class StreamUnsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
      promise.tryFailure(new UnsupportedOperationException("a stream is connected from the start"));
    }

    @Override
    public void close(ChannelPromise promise) {
      if (!ending.closeInOrder(promise)) {
        super.close(promise);
      }
    }

    void closeNow(ChannelPromise promise, @Nullable Exception cause) {
      if (cause == null) {
        super.close(promise);
        return;
      }
      var closed = new ClosedChannelException();
      closed.initCause(cause);
      close(promise, cause, closed);
    }
  }
}
