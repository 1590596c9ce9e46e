package dev.twine.interop;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The six commands by which two programs under test find each other. Blocking, with a deadline on
 * every reply; not thread-safe.
 */
final class RedisClient implements AutoCloseable {
  /** An address is far shorter; a server that sends more is not the one of the tests. */
  static final int MAX_VALUE_BYTES = 64 * 1024;

  private static final String WRONG_TYPE = "WRONGTYPE ";
  private static final int MAX_LINE_BYTES = 1024;
  private static final int MAX_ELEMENTS = 16;
  private static final int MAX_DEPTH = 2;

  /** What is under a key is a list and not a value, or the other way round. */
  static final class WrongTypeException extends IOException {
    private static final long serialVersionUID = 1;

    private WrongTypeException(String message) {
      super(message);
    }
  }

  private final Socket socket;
  private final InputStream in;

  private RedisClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** Connects and greets the server. */
  static RedisClient connect(InetSocketAddress address, Duration deadline) throws IOException {
    Socket socket = new Socket();
    try {
      int millis = Math.toIntExact(deadline.toMillis());
      socket.connect(new InetSocketAddress(address.getHostString(), address.getPort()), millis);
      socket.setSoTimeout(millis);
      socket.setTcpNoDelay(true);
      RedisClient client = new RedisClient(socket);
      client.call("PING");
      return client;
    } catch (IOException | RuntimeException failed) {
      socket.close();
      throw failed;
    }
  }

  void set(String key, String value) throws IOException {
    call("SET", key, value);
  }

  /** @throws WrongTypeException if it is a list */
  Optional<String> get(String key) throws IOException {
    return call("GET", key).stream().findFirst();
  }

  void delete(String key) throws IOException {
    call("DEL", key);
  }

  void rightPush(String key, String value) throws IOException {
    call("RPUSH", key, value);
  }

  /** Waits for an element; empty if none came in time. */
  Optional<String> blockingLeftPop(String key, Duration deadline) throws IOException {
    int before = socket.getSoTimeout();
    // The server gives up first, so that its answer is never late.
    socket.setSoTimeout(Math.toIntExact(deadline.toMillis()) + before);
    try {
      List<String> reply = call("BLPOP", key, Long.toString(Math.max(1, deadline.toSeconds())));
      return reply.size() == 2 ? Optional.of(reply.get(1)) : Optional.empty();
    } finally {
      socket.setSoTimeout(before);
    }
  }

  /** The reply as a list: one element for a string or number, none for nil. */
  private List<String> call(String... words) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(ascii("*" + words.length + "\r\n"));
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      request.writeBytes(ascii("$" + bytes.length + "\r\n"));
      request.writeBytes(bytes);
      request.writeBytes(ascii("\r\n"));
    }
    try {
      socket.getOutputStream().write(request.toByteArray());
      List<String> reply = new ArrayList<>();
      read(reply, MAX_DEPTH);
      return reply;
    } catch (SocketTimeoutException late) {
      throw new IOException("redis: no reply to " + words[0] + ": look at the server", late);
    }
  }

  private void read(List<String> reply, int depth) throws IOException {
    String line = readLine();
    String rest = line.isEmpty() ? "" : line.substring(1);
    switch (line.isEmpty() ? '?' : line.charAt(0)) {
      case '+', ':' -> reply.add(rest);
      case '-' -> throw refusal(rest);
      case '$' -> readBulk(reply, number(rest, MAX_VALUE_BYTES));
      case '*' -> {
        int count = number(rest, depth == 0 ? 0 : MAX_ELEMENTS);
        for (int i = 0; i < count; i++) {
          read(reply, depth - 1);
        }
      }
      default ->
        throw new IOException("redis: reply starts with '" + line + "': not a redis server");
    }
  }

  private static IOException refusal(String text) {
    String message = "redis: " + text + ": look at the server";
    return text.startsWith(WRONG_TYPE) ? new WrongTypeException(message) : new IOException(message);
  }

  private void readBulk(List<String> reply, int length) throws IOException {
    if (length < 0) {
      return;
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length || !readLine().isEmpty()) {
      throw new IOException("redis: value cut short: " + bytes.length + " of " + length + " bytes");
    }
    reply.add(new String(bytes, StandardCharsets.UTF_8));
  }

  private static int number(String text, int max) throws IOException {
    try {
      int number = Integer.parseInt(text);
      if (number < -1 || number > max) {
        throw new IOException("redis: length out of range: " + number + ": at most " + max);
      }
      return number;
    } catch (NumberFormatException malformed) {
      throw new IOException("redis: not a length: " + text, malformed);
    }
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.length() < MAX_LINE_BYTES) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("redis: connection closed: look at the server");
      }
      if (next == '\n' && !line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
        return line.substring(0, line.length() - 1);
      }
      line.append((char) next);
    }
    throw new IOException("redis: line too long: over " + MAX_LINE_BYTES + " bytes");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
