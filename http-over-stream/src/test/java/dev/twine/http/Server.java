package dev.twine.http;

import dev.twine.network.ServiceStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Services that can be reached over loopback, as a transport would set it up. */
final class Server implements AutoCloseable {
  /** No rate is reached by accident. */
  static final ServiceLimits GENEROUS = ServiceLimits.defaults()
      .withRates(
          new ServiceLimits.Rate(1_000_000, 1_000_000),
          new ServiceLimits.Rate(1_000_000, 1_000_000));

  final ServiceRouter router = new ServiceRouter();
  final ServiceContext context;
  private final ServiceExecutor executor;
  private final Wire wire;

  /** How it is reached. */
  interface Wire extends AutoCloseable {
    /** A blocking connection with a read timeout of 10 s. */
    Socket connect() throws IOException;

    /** One as a node opens it. */
    CompletableFuture<ServiceStream> open();

    @Override
    void close();
  }

  Server(Kind kind, ServiceLimits limits) {
    executor = new ServiceExecutor("test-service", limits.load().concurrency());
    context = new ServiceContext(router, executor, limits, System::nanoTime);
    wire = kind == Kind.TCP ? new TcpWire(context) : new StreamWire(context);
  }

  Socket connect() throws IOException {
    return wire.connect();
  }

  CompletableFuture<ServiceStream> open() {
    return wire.open();
  }

  /** Sends the text and returns everything up to the end of the connection. */
  String talk(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** Everything up to the end of the connection, or up to where it is broken off. */
  static String readUntilBroken(Socket socket) {
    var all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("neither ended nor broken off", e);
    } catch (IOException e) {
      // What was read before counts.
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    wire.close();
    executor.close();
  }
}
