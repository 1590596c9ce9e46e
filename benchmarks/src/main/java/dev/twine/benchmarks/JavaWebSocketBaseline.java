package dev.twine.benchmarks;

import dev.twine.node.bench.BroadcastBaseline;
import dev.twine.node.bench.BroadcastServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/** The broadcast of Java-WebSocket, which queues without a bound; the bound is put in front of it. */
public final class JavaWebSocketBaseline implements BroadcastBaseline {
  private static final int DEADLINE_SECONDS = 10;
  private static final int STOP_MILLIS = 1000;

  @Override
  public String name() {
    return "java-websocket";
  }

  @Override
  public Wire wire() {
    return Wire.WEBSOCKET;
  }

  @Override
  public BroadcastServer start() throws IOException {
    var server = new Server();
    server.setTcpNoDelay(true);
    // Pings would only disturb the measurement.
    server.setConnectionLostTimeout(0);
    server.start();
    try {
      server.started.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      return new Broadcasting(server);
    } catch (ExecutionException | TimeoutException e) {
      stop(server);
      throw new IOException("Java-WebSocket did not start", e);
    } catch (InterruptedException e) {
      stop(server);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Java-WebSocket started", e);
    }
  }

  private static void stop(Server server) {
    try {
      server.stop(STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Broadcasting(Server server) implements BroadcastServer {
    @Override
    public InetSocketAddress address() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    }

    @Override
    public int receivers() {
      return server.getConnections().size();
    }

    @Override
    public void broadcast(byte[] payload) throws InterruptedException {
      int units = BroadcastServer.units(payload.length);
      Patience.await(() -> hasRoom(units));
      server.broadcast(ByteBuffer.wrap(payload));
    }

    private boolean hasRoom(int units) {
      for (WebSocket receiver : server.getConnections()) {
        if (((WebSocketImpl) receiver).outQueue.size() * units >= WINDOW) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void close() {
      stop(server);
    }
  }

  private static final class Server extends WebSocketServer {
    /** One thread that decodes: nothing is sent to it. */
    private static final int DECODERS = 1;

    final CompletableFuture<Boolean> started = new CompletableFuture<>();

    Server() {
      super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), DECODERS);
    }

    @Override
    public void onStart() {
      started.complete(true);
    }

    @Override
    public void onOpen(WebSocket receiver, ClientHandshake handshake) {}

    @Override
    public void onClose(WebSocket receiver, int code, String reason, boolean remote) {}

    @Override
    public void onMessage(WebSocket receiver, String message) {}

    @Override
    public void onMessage(WebSocket receiver, ByteBuffer message) {}

    @Override
    public void onError(@Nullable WebSocket receiver, Exception cause) {
      if (receiver == null) {
        started.completeExceptionally(cause);
      }
    }
  }
}
