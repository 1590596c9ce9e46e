package dev.twine.http;

import dev.twine.network.ServiceStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A service stream that is a TCP connection, plain or TLS, with blocking sockets. */
public final class TcpServiceStream implements ServiceStream {
  private static final long MAX_MILLIS = Integer.MAX_VALUE;

  private final Socket socket;
  private final InputStream input;
  private final OutputStream output;
  private final String remote;

  private TcpServiceStream(Socket socket, String remote) throws IOException {
    this.socket = socket;
    this.input = socket.getInputStream();
    this.output = socket.getOutputStream();
    this.remote = remote;
  }

  /**
   * Connects and, with a factory, secures the connection. Waits: for an executor, never for an event
   * loop.
   *
   * @param host a name, resolved now, or an IP address
   * @param tls makes the TLS layer; the certificate must be valid for the host by its trust manager
   * @param deadline bound on name look-up excepted, the whole of connecting and handshake
   * @throws SocketTimeoutException at the deadline
   * @throws IllegalStateException on an event loop, or on a thread of a node that handles messages
   * @throws IOException if nothing answers there, or the handshake fails
   */
  public static TcpServiceStream connect(
      String host, int port, Optional<SSLSocketFactory> tls, Duration deadline) throws IOException {
    BlockingCalls.refuseHere();
    var socket = new Socket();
    var overdue = new AtomicBoolean();
    CompletableFuture<Void> watch = CompletableFuture.runAsync(
        () -> {
          overdue.set(true);
          closeQuietly(socket);
        },
        CompletableFuture.delayedExecutor(deadline.toMillis(), TimeUnit.MILLISECONDS));
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(host, port), millis(deadline));
      Socket secured = tls.isPresent() ? secure(socket, tls.get(), host, port) : socket;
      var stream = new TcpServiceStream(secured, host + ":" + port);
      if (!watch.cancel(false) && overdue.get()) {
        throw new SocketTimeoutException(
            "no connection to " + host + ":" + port + " in " + deadline);
      }
      return stream;
    } catch (IOException | RuntimeException e) {
      watch.cancel(false);
      closeQuietly(socket);
      if (overdue.get() && !(e instanceof SocketTimeoutException)) {
        var late =
            new SocketTimeoutException("no connection to " + host + ":" + port + " in " + deadline);
        late.initCause(e);
        throw late;
      }
      throw e;
    }
  }

  private static Socket secure(Socket plain, SSLSocketFactory tls, String host, int port)
      throws IOException {
    var secured = (SSLSocket) tls.createSocket(plain, host, port, true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
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
  public void readTimeout(Duration timeout) throws IOException {
    socket.setSoTimeout(millis(timeout));
  }

  @Override
  public void closeOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  @Override
  public String remote() {
    return remote;
  }

  /** Rounds up, because zero means to wait for ever. */
  private static int millis(Duration time) {
    if (time.isZero()) {
      return 0;
    }
    return (int) Math.max(1, Math.min(MAX_MILLIS, time.toMillis()));
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more; why it could not be closed does not matter.
    }
  }
}
