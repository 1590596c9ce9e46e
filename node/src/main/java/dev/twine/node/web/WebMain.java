package dev.twine.node.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.child.Lines;
import dev.twine.node.text.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One end of the HTTP benchmark: it serves when it is told to listen, and calls when it is told to
 * dial. Its only argument is a JSON object with the {@code stack}.
 */
public final class WebMain implements Lines.Command {
  /** A node's service over streams of libp2p. */
  public static final String P2P = "p2p";

  /** The same, called by a node that has both transports. */
  public static final String HYBRID = "hybrid";

  /** The same service over the node's TCP listener, called by the same client. */
  public static final String WS = "ws";

  /** The same listener, called by a client that knows nothing of nodes. */
  static final String OKHTTP = "okhttp";

  /** That client with a server that knows nothing of nodes. */
  static final String NETTY = "netty";

  public static final List<String> TRANSPORTS = List.of(P2P, WS);
  public static final List<String> BASELINES = List.of(OKHTTP, NETTY);
  public static final List<String> STACKS = List.of(P2P, WS, OKHTTP, NETTY);

  /** A vote that takes longer is lost. */
  private static final long LATEST_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final String stack;
  private final LongSupplier nanoClock = System::nanoTime;
  private @Nullable Site site;
  private @Nullable Way way;
  private @Nullable Calls calls;
  private @Nullable Beside beside;
  private final Votes votes = new Votes(Clock.systemUTC());

  private WebMain(String stack) {
    this.stack = stack;
  }

  /** Runs until standard input ends. */
  public static void main(String[] args) {
    JsonNode options = Json.parse(args[0].getBytes(StandardCharsets.UTF_8));
    Lines.serve(Json.object(), new WebMain(options.path("stack").asText()));
  }

  /** What is raised for a load that nobody makes in earnest; no check is off. */
  public static Map<String, String> raised() {
    return BenchNodes.raised();
  }

  @Override
  public ObjectNode run(JsonNode command) throws Exception {
    ObjectNode answer = Json.object();
    switch (command.path("do").asText()) {
      case "listen" -> {
        Site started = site(stack);
        site = started;
        answer.put("address", started.address());
      }
      case "dial" -> {
        Way opened = Way.to(stack, command.path("address").asText());
        way = opened;
        calls = new Calls(opened, nanoClock);
        answer.put("peer", opened.peer());
      }
      case "votes", "listen-votes", "votes-taken", "beside", "alone" -> vote(command, answer);
      case "received" -> answer.put("bytes", Objects.requireNonNull(site).received());
      default -> measure(command, Objects.requireNonNull(calls), answer);
    }
    return answer;
  }

  /** Starts what answers in that stack. */
  static Site site(String stack) {
    return stack.equals(NETTY) ? new NettySite() : new NodeSite(stack);
  }

  private void vote(JsonNode command, ObjectNode answer) throws InterruptedException {
    switch (command.path("do").asText()) {
      case "votes" -> {
        long count = votes.send(
            ((NodeSite) Objects.requireNonNull(site)).node(),
            command.path("intervalNanos").asLong(),
            TimeUnit.MILLISECONDS.toNanos(command.path("durationMillis").asLong()),
            command.path("bytes").asInt());
        answer.put("count", count);
      }
      case "listen-votes" ->
        votes.receive(Objects.requireNonNull(Objects.requireNonNull(way).node()));
      case "votes-taken" -> answer.setAll(taken(command.path("count").asLong()));
      case "beside" -> beside = Beside.start(Objects.requireNonNull(way));
      default -> {
        Objects.requireNonNull(beside).stop();
        beside = null;
      }
    }
  }

  /** As soon as so many have come, or no more come. */
  private ObjectNode taken(long wanted) throws InterruptedException {
    long end = nanoClock.getAsLong() + LATEST_NANOS;
    while (votes.count() < wanted && nanoClock.getAsLong() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    ObjectNode taken = votes.taken();
    return taken.put("beside", beside == null ? 0 : beside.received());
  }

  /** What takes time says how much. */
  private void measure(JsonNode command, Calls does, ObjectNode answer) throws Exception {
    long start = nanoClock.getAsLong();
    long end =
        start + TimeUnit.MILLISECONDS.toNanos(command.path("durationMillis").asLong());
    int parallel = command.path("count").asInt();
    int bytes = command.path("bytes").asInt();
    switch (command.path("do").asText()) {
      case "perf" -> {
        does.upload(command.path("upload").asLong());
        does.download(command.path("download").asLong());
      }
      case "requests" -> answer.put("count", does.keptAlive(parallel, bytes, end));
      case "opens" -> answer.put("count", does.oneByOne(parallel, bytes, end));
      default -> throw new IllegalArgumentException("unknown command: " + command.path("do"));
    }
    answer.put("micros", TimeUnit.NANOSECONDS.toMicros(nanoClock.getAsLong() - start));
  }
}
