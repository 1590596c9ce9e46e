package dev.twine.http;

import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.ServiceStream;
import dev.twine.network.TwineException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A socket to the HTTP services of a peer: connecting opens a service stream, whatever address is
 * given.
 *
 * <p>As a socket must: one thread may read while another writes, any thread may close, which ends
 * what waits; a read timeout leaves the socket usable. Options of TCP are accepted and have no
 * effect.
 */
@SuppressWarnings(
    "UnsynchronizedOverridesSynchronized") // close() must not wait for a lock of Socket's
final class StreamSocket extends Socket {
  private static final Duration NO_TIMEOUT = Duration.ofHours(1);

  private final GossipNode node;
  private final PeerRef peer;
  private final Object lock = new Object();
  private @Nullable CompletableFuture<ServiceStream> opening;
  private @Nullable ServiceStream stream;
  private int readTimeoutMillis;
  private boolean closed;
  private boolean inputShut;
  private boolean outputShut;
  private volatile boolean settled;

  @SuppressWarnings("NullAway") // Socket allows no implementation, and then opens nothing.
  StreamSocket(GossipNode node, PeerRef peer) throws SocketException {
    super((SocketImpl) null);
    this.node = node;
    this.peer = peer;
  }

  @Override
  public void connect(SocketAddress ignored) throws IOException {
    connect(ignored, 0);
  }

  @Override
  public void connect(SocketAddress ignored, int timeoutMillis) throws IOException {
    Duration deadline = timeoutMillis == 0 ? NO_TIMEOUT : Duration.ofMillis(timeoutMillis);
    CompletableFuture<ServiceStream> attempt;
    synchronized (lock) {
      if (closed || opening != null) {
        throw new SocketException(closed ? "Socket closed" : "already connected");
      }
      attempt = node.openServiceStream(peer, deadline);
      opening = attempt;
    }
    ServiceStream opened = await(attempt, deadline);
    synchronized (lock) {
      if (!closed) {
        opened.readTimeout(Duration.ofMillis(readTimeoutMillis));
        stream = opened;
        return;
      }
    }
    opened.close();
    throw new SocketException("Socket closed");
  }

  private ServiceStream await(CompletableFuture<ServiceStream> attempt, Duration deadline)
      throws IOException {
    try {
      return attempt.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      abandon(attempt);
      throw new SocketTimeoutException("no stream to " + peer + " in " + deadline);
    } catch (InterruptedException e) {
      abandon(attempt);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while opening a stream to " + peer);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TwineException reason) {
        throw new PeerHttpException(reason);
      }
      throw new IOException("no stream to " + peer, e.getCause());
    } catch (CancellationException e) {
      throw new SocketException("Socket closed");
    }
  }

  /** A stream that opens after all is not left over. */
  private static void abandon(CompletableFuture<ServiceStream> attempt) {
    attempt.whenComplete((late, failure) -> closeQuietly(late));
    attempt.cancel(false);
  }

  /** Whether all that was asked here is answered, so that to close it breaks nothing off. */
  void settled(boolean now) {
    settled = now;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new Input(connected());
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new Output(connected());
  }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    ServiceStream open;
    synchronized (lock) {
      if (closed) {
        throw new SocketException("Socket closed");
      }
      readTimeoutMillis = millis;
      open = stream;
    }
    if (open != null) {
      try {
        open.readTimeout(Duration.ofMillis(millis));
      } catch (IOException e) {
        throw (SocketException) new SocketException("cannot set a timeout").initCause(e);
      }
    }
  }

  @Override
  public int getSoTimeout() {
    synchronized (lock) {
      return readTimeoutMillis;
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    ServiceStream open = connected();
    synchronized (lock) {
      outputShut = true;
    }
    open.closeOutput();
  }

  /** Later reads report the end; the stream has no way to say so to the peer. */
  @Override
  public void shutdownInput() throws IOException {
    connected();
    synchronized (lock) {
      inputShut = true;
    }
  }

  @Override
  public void close() throws IOException {
    ServiceStream open;
    CompletableFuture<ServiceStream> attempt;
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      open = stream;
      attempt = opening;
    }
    if (open != null) {
      end(open);
    } else if (attempt != null) {
      abandon(attempt);
    }
  }

  /** A stream that closes with its half open is reset, and peers bear only so many resets. */
  private void end(ServiceStream open) throws IOException {
    try {
      if (settled) {
        open.closeOutput();
      }
    } catch (IOException ended) {
      // Before this end: then there is nothing to say.
    } finally {
      open.close();
    }
  }

  @Override
  public boolean isConnected() {
    synchronized (lock) {
      return stream != null;
    }
  }

  @Override
  public boolean isBound() {
    return isConnected();
  }

  @Override
  public boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  @Override
  public boolean isInputShutdown() {
    synchronized (lock) {
      return inputShut;
    }
  }

  @Override
  public boolean isOutputShutdown() {
    synchronized (lock) {
      return outputShut;
    }
  }

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public void setSendBufferSize(int bytes) {}

  @Override
  public void setReceiveBufferSize(int bytes) {}

  @Override
  public InetAddress getInetAddress() {
    return StreamSocketFactory.ADDRESS;
  }

  @Override
  public int getPort() {
    return isConnected() ? StreamSocketFactory.PORT : 0;
  }

  @Override
  public String toString() {
    return "service stream to " + peer;
  }

  private ServiceStream connected() throws SocketException {
    synchronized (lock) {
      if (closed || stream == null) {
        throw new SocketException(closed ? "Socket closed" : "Socket is not connected");
      }
      return stream;
    }
  }

  private void requireOpen() throws SocketException {
    if (isClosed()) {
      throw new SocketException("Socket closed");
    }
  }

  private static void closeQuietly(@Nullable ServiceStream stream) {
    try {
      if (stream != null) {
        stream.close();
      }
    } catch (IOException e) {
      // Nobody waits for it any more.
    }
  }

  private final class Input extends FilterInputStream {
    Input(ServiceStream stream) {
      super(stream.input());
    }

    @Override
    public int read() throws IOException {
      requireOpen();
      return isInputShutdown() ? -1 : super.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      requireOpen();
      return isInputShutdown() ? -1 : super.read(target, offset, length);
    }

    @Override
    public void close() throws IOException {
      StreamSocket.this.close();
    }
  }

  private final class Output extends OutputStream {
    private final OutputStream out;

    Output(ServiceStream stream) {
      this.out = stream.output();
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      requireOpen();
      if (isOutputShutdown()) {
        throw new SocketException("Socket output is shutdown");
      }
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      StreamSocket.this.close();
    }
  }
}
