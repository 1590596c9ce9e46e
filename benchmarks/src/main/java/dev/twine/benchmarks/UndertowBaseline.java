package dev.twine.benchmarks;

import dev.twine.node.bench.BroadcastBaseline;
import dev.twine.node.bench.BroadcastServer;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** One send per receiver and message through Undertow, whose callback says when it is written. */
public final class UndertowBaseline implements BroadcastBaseline {
  /** One thread for the sockets, as all baselines have, and two idle ones that it insists on. */
  private static final int IO_THREADS = 1;

  private static final int WORKER_THREADS = 2;

  @Override
  public String name() {
    return "undertow";
  }

  @Override
  public Wire wire() {
    return Wire.WEBSOCKET;
  }

  @Override
  public BroadcastServer start() throws IOException {
    Map<WebSocketChannel, Semaphore> windows = new ConcurrentHashMap<>();
    Undertow server = Undertow.builder()
        .setIoThreads(IO_THREADS)
        .setWorkerThreads(WORKER_THREADS)
        .addHttpListener(0, InetAddress.getLoopbackAddress().getHostAddress())
        .setHandler(Handlers.websocket((exchange, channel) -> join(channel, windows)))
        .build();
    try {
      server.start();
    } catch (RuntimeException e) {
      // It wraps every failure to bind into a bare RuntimeException.
      throw new IOException("Undertow did not start", e);
    }
    return new Server(server, windows);
  }

  private static void join(WebSocketChannel channel, Map<WebSocketChannel, Semaphore> windows) {
    channel.addCloseTask(windows::remove);
    channel.getReceiveSetter().set(new AbstractReceiveListener() {});
    channel.resumeReceives();
    windows.put(channel, new Semaphore(BroadcastServer.WINDOW));
    if (!channel.isOpen()) {
      windows.remove(channel);
    }
  }

  private record Server(Undertow server, Map<WebSocketChannel, Semaphore> windows)
      implements BroadcastServer {
    @Override
    public InetSocketAddress address() {
      return (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    }

    @Override
    public int receivers() {
      return windows.size();
    }

    @Override
    public void broadcast(byte[] payload) throws InterruptedException {
      int units = BroadcastServer.units(payload.length);
      for (Map.Entry<WebSocketChannel, Semaphore> receiver : windows.entrySet()) {
        Semaphore window = receiver.getValue();
        if (!window.tryAcquire(units, Patience.SECONDS, TimeUnit.SECONDS)) {
          throw Patience.exhausted();
        }
        WebSockets.sendBinary(
            ByteBuffer.wrap(payload), receiver.getKey(), new ReleaseWhenWritten(window, units));
      }
    }

    @Override
    public void close() {
      server.stop();
    }
  }

  private record ReleaseWhenWritten(Semaphore window, int units)
      implements WebSocketCallback<Void> {
    @Override
    public void complete(WebSocketChannel channel, Void context) {
      window.release(units);
    }

    @Override
    public void onError(WebSocketChannel channel, Void context, Throwable cause) {
      window.release(units);
    }
  }
}
