package dev.twine.node.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.child.Child;
import dev.twine.node.load.LatencyPlan.Beside;
import dev.twine.node.text.Json;
import dev.twine.node.web.WebMain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures how long messages of the priority lane take from one node to another in another process,
 * with nothing and with something else beside them. Transports take turns.
 */
public final class LatencyBench implements AutoCloseable {
  private final LatencyPlan plan;
  private final Consumer<String> progress;
  private final Map<String, Pair> pairs = new LinkedHashMap<>();

  private LatencyBench(LatencyPlan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * Measures everything.
   *
   * @param progress takes a line about each step
   */
  public static LatencyResult run(LatencyPlan plan, Consumer<String> progress)
      throws InterruptedException {
    try (var bench = new LatencyBench(plan, progress)) {
      for (String transport : plan.transports()) {
        bench.start(transport);
      }
      return bench.measureAll();
    }
  }

  @Override
  public void close() {
    pairs.values().forEach(Pair::close);
  }

  private void start(String transport) throws InterruptedException {
    List<String> command = Child.javaCommand(WebMain.class);
    command.add(Json.line(Json.object().put("stack", transport)));
    Pair pair = Pair.start(transport, command, null);
    pairs.put(transport, pair); // From here on close() ends it.
    pair.dial(pair.listen());
    pair.client().ask(Pair.command("listen-votes"), Pair.SOON);
  }

  private LatencyResult measureAll() throws InterruptedException {
    var turns = Turns.take(plan.repeat(), plan.beside(), beside -> plan.transports(), this::take);
    var rows = new ArrayList<LatencyRow>();
    for (Beside beside : plan.beside()) {
      for (String transport : plan.transports()) {
        rows.add(new LatencyRow(transport, beside, plan, turns.of(beside, transport)));
      }
    }
    return new LatencyResult(env(), rows);
  }

  private LatencyRow.Sample take(int round, Beside beside, String transport)
      throws InterruptedException {
    Pair pair = Objects.requireNonNull(pairs.get(transport));
    if (beside == Beside.DOWNLOAD) {
      pair.client().ask(Pair.command("beside"), Pair.SOON);
    }
    if (round == 1) {
      warmUp(pair);
    }
    LatencyRow.Sample sample = measure(pair);
    if (beside == Beside.DOWNLOAD) {
      pair.client().ask(Pair.command("alone"), Pair.SOON);
    }
    progress.accept(String.format(
        "%d/%d %s beside %s: p50 %.2f ms, p99 %.2f ms",
        round,
        plan.repeat(),
        transport,
        beside.label(),
        sample.p50Micros() / 1e3,
        sample.p99Micros() / 1e3));
    return sample;
  }

  /** A rate that rises is a latency that falls. */
  private void warmUp(Pair pair) throws InterruptedException {
    var warmUp = new WarmUp(plan.duration(), WarmUp.Patience.USUAL);
    while (!warmUp.isOver()) {
      long before = pair.compiledMillis();
      LatencyRow.Sample sample = measure(pair);
      warmUp.measured(
          1e6 / Math.max(1, sample.p50Micros()),
          plan.duration().toNanos(),
          TimeUnit.MILLISECONDS.toNanos(pair.compiledMillis() - before));
    }
  }

  private LatencyRow.Sample measure(Pair pair) throws InterruptedException {
    long before =
        pair.client().ask(Pair.command("votes-taken"), Pair.SOON).path("beside").asLong();
    long start = System.nanoTime();
    long sent = pair.server()
        .ask(
            Pair.command("votes")
                .put("intervalNanos", plan.intervalNanos())
                .put("durationMillis", plan.duration().toMillis())
                .put("bytes", plan.size()),
            Pair.SOON.plus(plan.duration()))
        .path("count")
        .asLong();
    JsonNode taken = pair.client().ask(Pair.command("votes-taken").put("count", sent), Pair.SOON);
    double seconds = (System.nanoTime() - start) / 1e9;
    return new LatencyRow.Sample(
        sent,
        taken.path("count").asLong(),
        taken.path("p50Micros").asLong(),
        taken.path("p99Micros").asLong(),
        taken.path("maxMicros").asLong(),
        (taken.path("beside").asLong() - before) / seconds);
  }

  private ObjectNode env() {
    return Environment.json(plan.duration(), plan.repeat(), WebMain.raised());
  }
}
