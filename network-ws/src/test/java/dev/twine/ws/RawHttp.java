package dev.twine.ws;

import dev.twine.network.Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** A socket that says exactly what a test wants it to say. */
final class RawHttp implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 15_000;

  private final Socket socket;

  RawHttp(Address address) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), address.port());
    socket.setSoTimeout(TIMEOUT_MILLIS);
  }

  /** The headers of an upgrade that go-algorand would send, to be changed by a test. */
  static Map<String, String> upgradeHeaders() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("Host", "localhost");
    headers.put("Upgrade", "websocket");
    headers.put("Connection", "Upgrade");
    headers.put("Sec-WebSocket-Version", "13");
    headers.put("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    headers.put("X-Algorand-Version", "2.2");
    headers.put("X-Algorand-Accept-Version", "2.2");
    headers.put("X-Algorand-NodeRandom", Base64.getEncoder().encodeToString(new byte[10]));
    headers.put("X-Algorand-Genesis", "net/1");
    headers.put("X-Algorand-TelId", "");
    headers.put("X-Algorand-InstanceName", "AbCdEfGhIjKlMnOp");
    headers.put("User-Agent", "algod/4.3 (stable; commit=0; 0) linux(amd64)");
    return headers;
  }

  static String request(String line, Map<String, String> headers) {
    var text = new StringBuilder(line).append("\r\n");
    headers.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
    return text.append("\r\n").toString();
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Ends this side's half. */
  void end() throws IOException {
    socket.shutdownOutput();
  }

  /** The head of the answer, up to the empty line. */
  String head() throws IOException {
    var head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** The status of the answer; 0 if the connection ended without one. */
  int status() throws IOException {
    String head = head();
    return head.isEmpty() ? 0 : Integer.parseInt(head.split(" ", 3)[1]);
  }

  byte[] read(int length) throws IOException {
    return socket.getInputStream().readNBytes(length);
  }

  /** Everything up to the end of the connection, however it ends. */
  byte[] rest() throws IOException {
    var rest = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(rest);
    } catch (SocketException reset) {
      return rest.toByteArray();
    }
    return rest.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
