package dev.twine.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server for the six commands, as strict about lists and values as the real one; or one that sends
 * a fixed reply, for tests of the client.
 */
final class RespServer implements AutoCloseable {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";

  private final ServerSocket server;
  private final @Nullable String fixed;
  /** What is under a key: a value or a list. */
  private final Map<String, Object> keys = new ConcurrentHashMap<>();

  private RespServer(@Nullable String fixed) throws IOException {
    this.fixed = fixed;
    this.server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    start("resp accept", this::accept);
  }

  static RespServer start() throws IOException {
    return new RespServer(null);
  }

  /** Answers the greeting well and everything else with these bytes. */
  static RespServer replying(String reply) throws IOException {
    return new RespServer(reply);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
  }

  String hostAndPort() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  void set(String key, String value) {
    keys.put(key, value);
  }

  void push(String key, String value) {
    keys.put(key, new LinkedBlockingQueue<>(List.of(value)));
  }

  /** What is under the key, be it a value or the first of a list; null if there is nothing. */
  @Nullable
  String value(String key) {
    return keys.get(key) instanceof BlockingQueue<?> list
        ? (String) list.peek()
        : (String) keys.get(key);
  }

  boolean isList(String key) {
    return keys.get(key) instanceof BlockingQueue<?>;
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        start("resp " + socket.getPort(), () -> serve(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket;
        BufferedReader in = new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      OutputStream out = socket.getOutputStream();
      for (String head = in.readLine(); head != null; head = in.readLine()) {
        List<String> words = new ArrayList<>();
        for (int left = Integer.parseInt(head.substring(1)); left > 0; left--) {
          in.readLine();
          words.add(in.readLine());
        }
        out.write(answer(words).getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException closed) {
      // The client is done.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private String answer(List<String> words) throws InterruptedException {
    if (words.get(0).equals("PING")) {
      return "+PONG\r\n";
    }
    if (fixed != null) {
      return fixed;
    }
    String key = words.get(1);
    return switch (words.get(0)) {
      case "SET" -> {
        keys.put(key, words.get(2));
        yield "+OK\r\n";
      }
      case "DEL" -> ":" + (keys.remove(key) == null ? 0 : 1) + "\r\n";
      case "GET" -> isList(key) ? WRONG_TYPE : bulk(value(key));
      case "RPUSH", "BLPOP" ->
        keys.get(key) instanceof String
            ? WRONG_TYPE
            : onList(words.get(0).equals("RPUSH"), key, words.get(2));
      default -> "-ERR unknown command '" + words.get(0) + "'\r\n";
    };
  }

  @SuppressWarnings("unchecked")
  private String onList(boolean push, String key, String argument) throws InterruptedException {
    var list = (BlockingQueue<String>)
        keys.computeIfAbsent(key, name -> new LinkedBlockingQueue<String>());
    if (push) {
      list.add(argument);
      return ":" + list.size() + "\r\n";
    }
    String value = list.poll(Long.parseLong(argument), TimeUnit.SECONDS);
    return value == null ? "*-1\r\n" : "*2\r\n" + bulk(key) + bulk(value);
  }

  private static String bulk(@Nullable String value) {
    return value == null
        ? "$-1\r\n"
        : "$" + value.getBytes(StandardCharsets.UTF_8).length + "\r\n" + value + "\r\n";
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
