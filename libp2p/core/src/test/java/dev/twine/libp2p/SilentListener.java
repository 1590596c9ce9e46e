package dev.twine.libp2p;

import dev.twine.libp2p.core.Multiaddr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Accepts connections and says nothing. */
final class SilentListener implements AutoCloseable {
  private final ServerSocket server;
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();
  private final Thread accepting = new Thread(this::accept, "silent-listener");

  SilentListener() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    accepting.setDaemon(true);
    accepting.start();
  }

  Multiaddr address() {
    return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + server.getLocalPort());
  }

  int accepted() {
    return accepted.size();
  }

  /** Whether the other side has closed every connection. */
  boolean allClosed() throws IOException {
    for (Socket socket : accepted) {
      socket.setSoTimeout(1);
      try {
        while (socket.getInputStream().read() >= 0) {
          // The opening of a negotiation.
        }
      } catch (java.net.SocketTimeoutException open) {
        return false;
      } catch (java.net.SocketException reset) {
        // Closed, and not gently.
        assert !server.isClosed() : reset;
      }
    }
    return true;
  }

  /** Nobody can connect any more: a thread that is about to accept keeps the port open until it has. */
  @Override
  public void close() throws IOException {
    server.close();
    try {
      accepting.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Socket socket : accepted) {
      socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        accepted.add(server.accept());
      }
    } catch (IOException closed) {
      return;
    }
  }
}
