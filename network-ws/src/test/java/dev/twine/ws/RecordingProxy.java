package dev.twine.ws;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Passes one connection on, and keeps what the client sends. */
final class RecordingProxy implements AutoCloseable {
  private static final int MAX_RECORDED = 16 << 20;

  private final ServerSocket listener;
  private final int target;
  private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();

  RecordingProxy(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  byte[] recorded() {
    synchronized (recorded) {
      return recorded.toByteArray();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() {
    try (Socket client = listener.accept();
        Socket node = new Socket(InetAddress.getLoopbackAddress(), target)) {
      Thread back = daemon(() -> pump(node, client, false));
      pump(client, node, true);
      back.join();
    } catch (IOException e) {
      // The listener was closed, or one end went: what is recorded is all there is.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump(Socket from, Socket to, boolean record) {
    byte[] buffer = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        if (record) {
          record(buffer, length);
        }
        out.write(buffer, 0, length);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // One end went, and the other one with it.
    }
  }

  private void record(byte[] buffer, int length) {
    synchronized (recorded) {
      if (recorded.size() + length <= MAX_RECORDED) {
        recorded.write(buffer, 0, length);
      }
    }
  }

  private static Thread daemon(Runnable work) {
    var thread = new Thread(work, "recording-proxy");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
