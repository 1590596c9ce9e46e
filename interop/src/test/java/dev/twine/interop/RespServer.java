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

/** A server for the five commands, or one that sends a fixed reply, for tests of the client. */
final class RespServer implements AutoCloseable {
  private final ServerSocket server;
  private final @Nullable String fixed;
  private final Map<String, String> values = new ConcurrentHashMap<>();
  private final Map<String, BlockingQueue<String>> lists = new ConcurrentHashMap<>();

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
    values.put(key, value);
  }

  @Nullable
  String value(String key) {
    return values.get(key);
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
    return switch (words.get(0)) {
      case "SET" -> {
        values.put(words.get(1), words.get(2));
        yield "+OK\r\n";
      }
      case "GET" -> bulk(values.get(words.get(1)));
      case "RPUSH" -> {
        list(words.get(1)).add(words.get(2));
        yield ":" + list(words.get(1)).size() + "\r\n";
      }
      case "BLPOP" -> {
        String value = list(words.get(1)).poll(Long.parseLong(words.get(2)), TimeUnit.SECONDS);
        yield value == null ? "*-1\r\n" : "*2\r\n" + bulk(words.get(1)) + bulk(value);
      }
      default -> "-ERR unknown command '" + words.get(0) + "'\r\n";
    };
  }

  private BlockingQueue<String> list(String key) {
    return lists.computeIfAbsent(key, name -> new LinkedBlockingQueue<>());
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
