package dev.twine.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A peer in another language: a process that is driven by lines of JSON, each answered by one. It
 * ends with {@link #close} and with this JVM.
 */
public final class PeerProcess implements Peer {
  private static final Duration START_DEADLINE = Duration.ofSeconds(60);

  private static final Duration COMMAND_DEADLINE = Duration.ofSeconds(40);

  /** A gibibyte over a long path. */
  private static final Duration PERF_DEADLINE = Duration.ofMinutes(5);

  /** More than the deadline that the peer itself keeps, so that its reason arrives. */
  private static final Duration ANSWER_GRACE = Duration.ofSeconds(10);

  private static final Duration END_DEADLINE = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Writer commands;
  private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final CompletableFuture<JsonNode> ready = new CompletableFuture<>();
  private final AtomicLong lastId = new AtomicLong();
  private volatile long lastUsedNanos = System.nanoTime();
  private @Nullable String address;

  private PeerProcess(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::readAnswers, "peer " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts the program and waits until it is ready. What it complains of is added to the log.
   *
   * @throws PeerFailure if it does not start
   */
  public static PeerProcess start(PeerProgram program, Setting setting, Path log) {
    ObjectNode options = JSON.createObjectNode()
        .put("transport", setting.transport())
        .put("security", setting.security())
        .put("earlyMuxer", setting.early())
        .put("key", setting.key());
    setting.wss().ifPresent(wss -> options.set("wss", JSON.valueToTree(wss)));
    List<String> command = new ArrayList<>(program.command());
    command.add(options.toString());
    try {
      PeerProcess peer = new PeerProcess(new ProcessBuilder(command)
          .directory(program.directory().toFile())
          .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start());
      await(peer.ready, START_DEADLINE, "start of " + program.title());
      return peer;
    } catch (IOException failed) {
      throw new PeerFailure("start of " + program.title() + ": " + failed.getMessage(), failed);
    }
  }

  private void readAnswers() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode answer = JSON.readTree(line);
        if (answer.has("event")) {
          ready.complete(answer);
        } else {
          CompletableFuture<JsonNode> asked = waiting.remove(answer.get("id").asLong());
          if (asked != null) {
            asked.complete(answer);
          }
        }
      }
    } catch (IOException ended) {
      // The end of the process; whoever waits is told below.
    }
    PeerFailure gone = new PeerFailure("the process of the peer has ended", null);
    ready.completeExceptionally(gone);
    waiting.values().forEach(asked -> asked.completeExceptionally(gone));
  }

  private JsonNode call(String name, Map<String, Object> fields) {
    return call(name, fields, COMMAND_DEADLINE);
  }

  /** Somebody goes on to use it. */
  void used() {
    lastUsedNanos = System.nanoTime();
  }

  /** When it was last asked for something, by the clock of {@link System#nanoTime}. */
  long lastUsedNanos() {
    return lastUsedNanos;
  }

  private JsonNode call(String name, Map<String, Object> fields, Duration deadline) {
    used();
    long id = lastId.incrementAndGet();
    ObjectNode command =
        JSON.createObjectNode().put("id", id).put("do", name).put("millis", deadline.toMillis());
    fields.forEach((key, value) -> command.set(key, JSON.valueToTree(value)));
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    send(command);
    JsonNode result = await(answer, deadline.plus(ANSWER_GRACE), name);
    if (!result.get("ok").asBoolean()) {
      throw new PeerFailure(result.path("error").asText(), null);
    }
    return result;
  }

  private synchronized void send(ObjectNode command) {
    try {
      commands.write(JSON.writeValueAsString(command) + "\n");
      commands.flush();
    } catch (JsonProcessingException impossible) {
      throw new AssertionError(impossible);
    } catch (IOException ended) {
      throw new PeerFailure("the process of the peer has ended", ended);
    }
  }

  private static JsonNode await(
      CompletableFuture<JsonNode> answer, Duration deadline, String what) {
    try {
      return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      Throwable cause = Objects.requireNonNullElse(failed.getCause(), failed);
      throw new PeerFailure(what + ": " + cause.getMessage(), cause);
    } catch (TimeoutException late) {
      throw new PeerFailure(what + ": no answer within " + deadline, late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new PeerFailure(what + ": interrupted", interrupted);
    }
  }

  @Override
  public String id() {
    return ready.join().get("peer").asText();
  }

  @Override
  public String library() {
    return ready.join().get("library").asText();
  }

  @Override
  public synchronized String listen() {
    if (address == null) {
      address = call("listen", Map.of()).get("address").asText();
    }
    return address;
  }

  @Override
  public Duration dial(String to) {
    return micros(call("dial", Map.of("address", to)).get("micros"));
  }

  @Override
  public Link connection(String peer) {
    return link(call("connection", Map.of("peer", peer)));
  }

  private static Link link(JsonNode answer) {
    return new Link(
        answer.get("security").asText(),
        answer.get("muxer").asText(),
        answer.get("inbound").asBoolean(),
        answer.path("earlyMuxer").asBoolean());
  }

  @Override
  public List<Duration> ping(String peer, int count) {
    List<Duration> times = new ArrayList<>();
    call("ping", Map.of("peer", peer, "count", count))
        .get("micros")
        .forEach(time -> times.add(micros(time)));
    return times;
  }

  private static Duration micros(JsonNode value) {
    return Duration.ofNanos((long) (value.asDouble() * TimeUnit.MICROSECONDS.toNanos(1)));
  }

  @Override
  public Identity identify(String peer) {
    JsonNode answer = call("identify", Map.of("peer", peer));
    return new Identity(
        answer.get("agent").asText(),
        texts(answer.get("protocols")),
        texts(answer.get("addresses")),
        answer.get("observed").asText(),
        answer.get("signedRecord").asBoolean());
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  @Override
  public void handle(String protocol) {
    call("handle", Map.of("protocol", protocol));
  }

  @Override
  public void awaitProtocol(String peer, String protocol) {
    call("awaitProtocol", Map.of("peer", peer, "protocol", protocol));
  }

  @Override
  public void open(String peer, String protocol) {
    call("open", Map.of("peer", peer, "protocol", protocol));
  }

  @Override
  public void echo(String peer, int count, long bytes) {
    call("echo", Map.of("peer", peer, "count", count, "bytes", bytes));
  }

  @Override
  public long stall(String peer, long bytes) {
    return call("stall", Map.of("peer", peer, "bytes", bytes)).get("handle").asLong();
  }

  @Override
  public long stalled(long handle) {
    return call("stalled", Map.of("handle", handle)).get("written").asLong();
  }

  @Override
  public void release() {
    call("release", Map.of());
  }

  @Override
  public long finish(long handle) {
    return call("finish", Map.of("handle", handle)).get("written").asLong();
  }

  @Override
  public String reset(String peer) {
    return call("reset", Map.of("peer", peer)).get("error").asText();
  }

  @Override
  public Duration perf(String peer, long upload, long download) {
    Map<String, Object> fields = Map.of("peer", peer, "upload", upload, "download", download);
    return micros(call("perf", fields, PERF_DEADLINE).get("micros"));
  }

  /**
   * What a service answered.
   *
   * @param sha256 of the body, in hexadecimal digits
   */
  public record Received(int status, long count, String sha256) {}

  /** What a service answered, and its body. */
  public record Posted(int status, String text) {}

  /** Gets what the peer serves over streams at that path below {@code /twine/http/1}. */
  public Received get(String peer, String path) {
    JsonNode answer = call("get", Map.of("peer", peer, "path", path));
    return new Received(
        answer.get("status").asInt(),
        answer.get("count").asLong(),
        answer.get("sha256").asText());
  }

  /** Posts so many bytes of the pattern there. */
  public Posted post(String peer, String path, long bytes) {
    JsonNode answer = call("post", Map.of("peer", peer, "path", path, "bytes", bytes));
    return new Posted(answer.get("status").asInt(), answer.get("text").asText());
  }

  @Override
  public void disconnect(String peer) {
    call("close", Map.of("peer", peer));
  }

  @Override
  public void awaitClosed(String peer) {
    call("awaitClosed", Map.of("peer", peer));
  }

  /**
   * Speaks that version of go-algorand's gossip protocol from now on; go only, like the calls below.
   *
   * @param protocol such as {@code /algorand-ws/2.2.0}
   */
  public void gossip(String network, String protocol) {
    call("gossip", Map.of("network", network, "protocol", protocol));
  }

  /**
   * Waits for a gossip stream with a connected peer, or opens it if that is this end's part.
   *
   * @return what the other end said of itself, each with its first value; nothing in the old version
   */
  public Map<String, String> meet(String peer) {
    Map<String, String> first = new TreeMap<>();
    call("meet", Map.of("peer", peer))
        .get("metainfo")
        .properties()
        .forEach(header -> first.put(header.getKey(), header.getValue().path(0).asText()));
    return first;
  }

  /** Sends a gossip message. */
  public void say(String peer, String tag, byte[] body) {
    call("say", Map.of("peer", peer, "tag", tag, "body", HexFormat.of().formatHex(body)));
  }

  /** Waits for a gossip message of that tag. */
  public Heard hear(String peer, String tag) {
    JsonNode answer = call("hear", Map.of("peer", peer, "tag", tag));
    byte[] body = HexFormat.of().parseHex(answer.get("body").asText());
    return new Heard(body, texts(answer.get("tags")));
  }

  /**
   * What a gossip stream brought.
   *
   * @param body of the last message of the tag that was asked for
   * @param tags of all messages so far, in order
   */
  public record Heard(byte[] body, List<String> tags) {}

  /** Waits until the gossip stream has ended. */
  public void awaitGossipEnd(String peer) {
    call("gossipEnded", Map.of("peer", peer));
  }

  /** Ends the process: the end of its input is the sign. */
  @Override
  public void close() {
    try {
      commands.close();
      if (!process.waitFor(END_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException ended) {
      process.destroyForcibly();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
