package dev.twine.http;

import dev.twine.network.ServiceStream;
import dev.twine.network.TwineException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A service stream on a channel that carries bytes, for threads that wait while its event loop does
 * not.
 *
 * <p>Of what arrives at most 64 KiB and one read wait here, then the channel is not read from; of
 * what is written at most 64 KiB and one piece are under way, then the writing thread waits. A thread
 * that is interrupted while it waits closes the stream, as the other end could not tell where it
 * stopped.
 *
 * <p>The other end's half ends with {@link ChannelInputShutdownEvent}; a {@link DuplexChannel} that
 * closes without it was broken off, any other channel ends by closing. {@link #close} is orderly when
 * both ends have said all, and closes the channel otherwise: where that does not tell the other end,
 * as on a stream of a connection, put a {@link ResetOnClose} into the pipeline.
 */
public final class ChannelServiceStream implements ServiceStream {
  private static final int PIECE = 16 << 10;

  private final Channel channel;
  private final String remote;
  private final Inflow inflow = new Inflow();
  private final Outgoing outgoing;
  private final InputStream input = new Input();
  private final OutputStream output = new Output();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile long timeoutNanos;
  private volatile boolean paused;
  private volatile boolean outputEnded;

  private ChannelServiceStream(Channel channel, String remote) {
    this.channel = channel;
    this.remote = remote;
    this.outgoing = new Outgoing(channel, System::nanoTime);
  }

  /**
   * Puts a stream at the end of the pipeline: on its event loop, before anything has arrived.
   *
   * @param remote the other end, for messages to people
   */
  public static ChannelServiceStream on(Channel channel, String remote) {
    var stream = new ChannelServiceStream(channel, remote);
    channel.pipeline().addLast(stream.new Arrivals());
    return stream;
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public void readTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("a timeout is not negative: " + timeout);
    }
    timeoutNanos = timeout.toNanos();
  }

  /** Does not wait. Later writes fail. */
  @Override
  public void closeOutput() throws IOException {
    requireOpen();
    if (!(channel instanceof DuplexChannel both)) {
      throw new SocketException("a channel whose halves cannot end apart: " + channel);
    }
    outputEnded = true;
    // Behind what is written before: shutting down a socket would drop it.
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> both.shutdownOutput());
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    boolean allSaid = inflow.isEnded() && outgoing.isIdle();
    var reason = new SocketException("Socket closed");
    inflow.abandon(reason);
    outgoing.fail(reason);
    if (allSaid && channel instanceof DuplexChannel both) {
      both.shutdownOutput().addListener(ended -> channel.close());
    } else {
      channel.close();
    }
  }

  @Override
  public String remote() {
    return remote;
  }

  private void requireOpen() throws SocketException {
    if (closed.get()) {
      throw new SocketException("Socket closed");
    }
  }

  /** A thread has taken bytes: the loop reads on when there is room. */
  private void taken() {
    if (paused && inflow.size() < Inflow.LOW) {
      try {
        channel.eventLoop().execute(this::resume);
      } catch (RejectedExecutionException e) {
        // The loop has ended, and with it the channel.
      }
    }
  }

  private void resume() {
    if (paused && inflow.size() < Inflow.LOW) {
      paused = false;
      channel.config().setAutoRead(true);
    }
  }

  /** What the event loop does. */
  private final class Arrivals extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      try {
        if (message instanceof ByteBuf bytes) {
          receive(ctx, bytes);
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    private void receive(ChannelHandlerContext ctx, ByteBuf bytes) {
      if (inflow.size() + bytes.readableBytes() > Inflow.HARD) {
        broken(new IOException("a channel that does not stop reading: " + channel));
        ctx.close();
        return;
      }
      inflow.append(bytes);
      if (inflow.size() >= Inflow.HIGH) {
        paused = true;
        channel.config().setAutoRead(false);
        // The thread may have taken all before it could see the pause.
        resume();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        inflow.end();
      }
      ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      broken(
          cause instanceof TwineException reason
              ? new PeerHttpException(reason)
              : new IOException(cause.getMessage(), cause));
      ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!(channel instanceof DuplexChannel)) {
        inflow.end();
      }
      broken(new SocketException("the connection ended: " + remote));
      ctx.fireChannelInactive();
    }

    private void broken(IOException reason) {
      inflow.fail(reason);
      outgoing.fail(reason);
    }
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, target.length);
      BlockingCalls.refuseHere();
      if (length == 0) {
        return 0;
      }
      try {
        int count = inflow.take(target, offset, length, timeoutNanos);
        taken();
        return count;
      } catch (InterruptedIOException e) {
        throw interrupted(e);
      }
    }

    @Override
    public int available() {
      return inflow.size();
    }

    @Override
    public void close() {
      ChannelServiceStream.this.close();
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      BlockingCalls.refuseHere();
      requireOpen();
      if (outputEnded) {
        throw new SocketException("Socket output is shutdown");
      }
      try {
        for (int from = 0; from < length; from += PIECE) {
          int part = Math.min(PIECE, length - from);
          ByteBuf piece = channel.alloc().buffer(part).writeBytes(bytes, offset + from, part);
          outgoing.send(piece, part, () -> {});
        }
      } catch (InterruptedIOException e) {
        throw interrupted(e);
      }
    }

    @Override
    public void close() {
      ChannelServiceStream.this.close();
    }
  }

  /** A timeout is none: that one leaves the stream as it was. */
  private InterruptedIOException interrupted(InterruptedIOException reason) {
    if (Thread.currentThread().isInterrupted()) {
      close();
    }
    return reason;
  }
}
