package dev.twine.ws;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Sends one case to the node and tells what became of it. */
final class HostileClient {
  /** Longer than the node's deadline over a handshake, which is what ends the silent ones. */
  private static final int PATIENCE_MILLIS = 20_000;

  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
  private static final int PING = 0x89;
  private static final int MAX_ANSWER = 8 << 20;

  /**
   * What became of a case.
   *
   * @param beyondTheFirstCheck whether HTTP or WebSocket framing found nothing wrong with it
   * @param text for people, of few kinds
   */
  record Outcome(boolean beyondTheFirstCheck, String text) {}

  private final int port;

  HostileClient(int port) {
    this.port = port;
  }

  /** Sends it all, says that there is no more, and reads until the node closes. */
  Outcome play(Mutator.Case broken) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      send(socket, broken.request());
      if (broken.layer() == Mutator.Layer.HANDSHAKE) {
        shutdownOutput(socket);
        return answer(readAll(in));
      }
      String head = readHead(in);
      if (!head.startsWith("HTTP/1.1 101 ")) {
        return answer(head.getBytes(StandardCharsets.ISO_8859_1));
      }
      send(socket, broken.frames());
      // An answer to it shows that the frames before it were taken apart.
      send(socket, Mutator.frame(PING, new byte[3], new Random(port)));
      shutdownOutput(socket);
      return ending(readAll(in));
    }
  }

  private static void send(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      // The node has closed already; what it said before can still be read.
      return;
    }
  }

  private static void shutdownOutput(Socket socket) {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      return;
    }
  }

  private static byte[] readAll(InputStream in) throws IOException {
    var all = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    try {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        all.write(buffer, 0, length);
        if (all.size() > MAX_ANSWER) {
          throw new AssertionError("the node does not stop");
        }
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("the node keeps the connection of a client that said goodbye", e);
    } catch (IOException e) {
      // Reset: the node closed with bytes of ours unread, which is its right.
      return all.toByteArray();
    }
    return all.toByteArray();
  }

  private static String readHead(InputStream in) throws IOException {
    var head = new StringBuilder();
    int matched = 0;
    while (matched < END_OF_HEAD.length) {
      int b = in.read();
      if (b < 0) {
        return head.toString();
      }
      head.append((char) b);
      matched = b == END_OF_HEAD[matched] ? matched + 1 : b == END_OF_HEAD[0] ? 1 : 0;
    }
    return head.toString();
  }

  /** Answers without a body are those of the HTTP codec's own findings. */
  private static Outcome answer(byte[] answer) {
    String text = new String(answer, StandardCharsets.ISO_8859_1);
    if (!text.startsWith("HTTP/1.1 ")) {
      return new Outcome(false, "closed");
    }
    String status = text.substring(9, 12);
    boolean malformed = (status.equals("400") && text.endsWith("\r\n\r\n"))
        || status.equals("414")
        || status.equals("431");
    return new Outcome(!malformed, status);
  }

  /**
   * The capture is one of a twine1 client, so the engine says why it closes as {@code KIND: text};
   * a reason without a kind is the frame reader's.
   */
  private static Outcome ending(byte[] frames) {
    ByteBuffer rest = ByteBuffer.wrap(frames);
    boolean pong = false;
    for (PlainFrame frame = PlainFrame.read(rest); frame != null; frame = PlainFrame.read(rest)) {
      if (frame.opcode() == FrameHeader.CLOSE) {
        String kind = frame.closeReason().replaceFirst(": .*", "");
        boolean engine = kind.matches("[A-Z_]+") && !kind.equals("TOO_LARGE");
        return new Outcome(engine || pong, frame.closeCode() + (engine ? " " + kind : ""));
      }
      pong |= frame.opcode() == FrameHeader.PONG;
    }
    return pong ? new Outcome(true, "taken") : new Outcome(false, "closed");
  }
}
