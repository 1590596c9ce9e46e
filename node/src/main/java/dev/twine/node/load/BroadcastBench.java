package dev.twine.node.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.bench.BroadcastBaseline;
import dev.twine.node.bench.BroadcastServer;
import dev.twine.node.bench.StreamBaseline;
import dev.twine.node.child.Child;
import dev.twine.node.text.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures broadcasts. Every subject has a server and a sink process, all alive for the whole run and
 * used in turns, so that a change of the machine meets them alike.
 */
public final class BroadcastBench implements AutoCloseable {
  /** The modes of a node that can be measured. */
  public static final List<String> TRANSPORTS = List.of("ws", "p2p", "hybrid");

  /** Of every turn but the first: queues fill and credit grows. */
  private static final Duration RUN_UP = Duration.ofSeconds(1);

  private final BroadcastPlan plan;
  private final Consumer<String> progress;
  private final Map<String, Pair> pairs = new LinkedHashMap<>();

  private BroadcastBench(BroadcastPlan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /** The names that {@code --baselines} may have here. */
  public static List<String> baselines() {
    var names = new ArrayList<String>();
    ServiceLoader.load(BroadcastBaseline.class).forEach(baseline -> names.add(baseline.name()));
    names.addAll(programs());
    return names;
  }

  /** Those that send by themselves. */
  private static List<String> programs() {
    return Programs.all().stream()
        .filter(StreamBaseline::broadcasts)
        .map(StreamBaseline::name)
        .toList();
  }

  /**
   * Measures everything.
   *
   * @param progress takes a line about each step
   */
  public static BroadcastResult run(BroadcastPlan plan, Consumer<String> progress)
      throws InterruptedException {
    try (var bench = new BroadcastBench(plan, progress)) {
      bench.start();
      return bench.measureAll();
    }
  }

  @Override
  public void close() {
    pairs.values().forEach(Pair::close);
  }

  private void start() throws InterruptedException {
    for (String subject : plan.subjects()) {
      Child server = server(subject);
      pairs.put(subject, Pair.of(server, () -> Child.start(SinkProcess.class)));
      JsonNode at = server.ask(command("status"), Pair.SOON);
      ObjectNode connect = command("connect").put("peers", plan.peers());
      connect.setAll((ObjectNode) at);
      connect.put("do", "connect");
      pair(subject).client().ask(connect, Pair.SOON);
      awaitReceivers(subject, server);
    }
  }

  private Child server(String subject) throws InterruptedException {
    if (!programs().contains(subject)) {
      return Child.start(ServerProcess.class, subject);
    }
    StreamBaseline.Program program = Programs.build(subject, progress);
    return Child.start(
        subject, Programs.command(program, subject, "tcp", "noise"), program.directory());
  }

  private void awaitReceivers(String subject, Child server) throws InterruptedException {
    long end = System.nanoTime() + Pair.SOON.toNanos();
    while (server.ask(command("status"), Pair.SOON).path("receivers").asInt() < plan.peers()) {
      if (System.nanoTime() - end > 0) {
        throw new TwineException(
            Code.TIMEOUT, "not all receivers were taken", subject, "try fewer --peers");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private BroadcastResult measureAll() throws InterruptedException {
    var turns = Turns.take(plan.repeat(), plan.sizes(), size -> plan.subjects(), this::take);
    var rows = new ArrayList<BroadcastRow>();
    for (String subject : plan.subjects()) {
      for (int size : plan.sizes()) {
        rows.add(new BroadcastRow(subject, plan.peers(), size, turns.of(size, subject)));
      }
    }
    return new BroadcastResult(env(), rows);
  }

  private BroadcastRow.Sample take(int round, int size, String subject)
      throws InterruptedException {
    BroadcastRow.Sample sample = measure(pair(subject), size, round == 1);
    progress.accept(String.format(
        "%d/%d %s %dB: %,.0f deliveries/s", round, plan.repeat(), subject, size, sample.rate()));
    return sample;
  }

  private BroadcastRow.Sample measure(Pair pair, int size, boolean cold)
      throws InterruptedException {
    JsonNode before = pair.client().ask(command("status"), Pair.SOON);
    pair.server().ask(command("send").put("size", size), Pair.SOON);
    if (cold) {
      warmUp(pair);
    } else {
      TimeUnit.NANOSECONDS.sleep(RUN_UP.toNanos());
    }
    JsonNode server1 = pair.server().ask(command("status"), Pair.SOON);
    JsonNode sink1 = pair.client().ask(command("status"), Pair.SOON);
    TimeUnit.NANOSECONDS.sleep(plan.duration().toNanos());
    JsonNode server2 = pair.server().ask(command("status"), Pair.SOON);
    JsonNode sink2 = pair.client().ask(command("status"), Pair.SOON);
    JsonNode stopped = pair.server().ask(command("stop"), Pair.SOON.multipliedBy(2));
    ObjectNode drain = command("drain").put("sequence", stopped.path("sequence").asLong());
    JsonNode after = pair.client().ask(drain, Pair.SOON.multipliedBy(2));
    if (difference(before, after, "wrong") > 0) {
      throw new TwineException(
          Code.REMOTE_ERROR,
          "messages arrived twice, out of order or changed",
          "" + difference(before, after, "wrong"),
          "this is a defect of the server that was measured; please report it");
    }
    double seconds = difference(sink1, sink2, "nanos") / 1e9;
    return new BroadcastRow.Sample(
        difference(sink1, sink2, "delivered") / seconds,
        (double) difference(server1, server2, "cpuNanos") / difference(server1, server2, "nanos"),
        (double) difference(sink1, sink2, "cpuNanos") / difference(sink1, sink2, "nanos"),
        difference(before, after, "lost"),
        difference(before, after, "checked"));
  }

  /** While it sends. */
  private void warmUp(Pair pair) throws InterruptedException {
    var warmUp = new WarmUp(plan.duration(), WarmUp.Patience.USUAL);
    JsonNode last = pair.client().ask(command("status"), Pair.SOON);
    long compiled = pair.compiledMillis();
    while (!warmUp.isOver()) {
      TimeUnit.NANOSECONDS.sleep(plan.duration().toNanos());
      pair.server().ask(command("status"), Pair.SOON);
      JsonNode now = pair.client().ask(command("status"), Pair.SOON);
      long nanos = difference(last, now, "nanos");
      warmUp.measured(
          (double) difference(last, now, "delivered") / nanos,
          nanos,
          TimeUnit.MILLISECONDS.toNanos(pair.compiledMillis() - compiled));
      last = now;
      compiled = pair.compiledMillis();
    }
  }

  private static long difference(JsonNode before, JsonNode after, String field) {
    return after.path(field).asLong() - before.path(field).asLong();
  }

  private Pair pair(String subject) {
    return Objects.requireNonNull(pairs.get(subject));
  }

  private static ObjectNode command(String what) {
    return Json.object().put("do", what);
  }

  private ObjectNode env() {
    return Environment.json(plan.duration(), plan.repeat(), NodeServer.raised())
        .put("window", BroadcastServer.WINDOW)
        .put("windowUnitBytes", BroadcastServer.UNIT_BYTES);
  }
}
