package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.bench.StreamBaseline;
import dev.twine.node.child.Child;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Measures streams and handshakes, or HTTP. Every stack has a client and a server process for each path, all
 * alive for the whole run and used in turns, so that a change of the machine meets them alike.
 */
public final class ContestBench implements AutoCloseable {
  private final ContestPlan plan;
  private final Consumer<String> progress;
  private final Map<String, Contestant> contestants = new LinkedHashMap<>();
  private final Relays relays;

  private ContestBench(ContestPlan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
    this.relays = new Relays(plan.delay());
  }

  /**
   * Measures everything.
   *
   * @param progress takes a line about each step
   */
  public static ContestResult run(ContestPlan plan, Consumer<String> progress)
      throws InterruptedException {
    try (var bench = new ContestBench(plan, progress)) {
      bench.start();
      return bench.measureAll();
    }
  }

  @Override
  public void close() {
    contestants.values().forEach(Contestant::close);
    relays.close();
  }

  private void start() throws InterruptedException {
    for (String stack : plan.stacks()) {
      StreamBaseline.Program program = program(stack);
      for (ContestPlan.Path path : plan.paths()) {
        if (plan.takes(stack, path)) {
          contestants.put(key(stack, path), connect(stack, path, program));
        }
      }
    }
  }

  private Contestant connect(String stack, ContestPlan.Path path, StreamBaseline.Program program)
      throws InterruptedException {
    String name = stack + " " + path;
    Pair pair = Pair.start(name, command(stack, path, program), program.directory());
    try {
      return Contestant.connect(name, pair, plan, relays);
    } catch (RuntimeException | InterruptedException e) {
      pair.close();
      throw e;
    }
  }

  private List<String> command(
      String stack, ContestPlan.Path path, StreamBaseline.Program program) {
    String security = plan.contest().isSecured(stack) ? path.security() : "none";
    return Programs.command(program, stack, path.transport(), security);
  }

  private StreamBaseline.Program program(String stack) throws InterruptedException {
    if (plan.contest().own().contains(stack)) {
      return new StreamBaseline.Program(
          Child.javaCommand(plan.contest().main()), java.nio.file.Path.of("").toAbsolutePath());
    }
    return Programs.build(stack, progress);
  }

  private String key(String stack, ContestPlan.Path path) {
    return stack + " " + (plan.contest().isSecured(stack) ? path : "");
  }

  private ContestResult measureAll() throws InterruptedException {
    var turns = Turns.take(plan.repeat(), plan.cases(), plan::stacks, this::take);
    var rows = new ArrayList<ContestRow>();
    for (ContestPlan.Case what : plan.cases()) {
      for (String stack : plan.stacks(what)) {
        rows.add(new ContestRow(what, stack, plan.delay().toMillis(), turns.of(what, stack)));
      }
    }
    return new ContestResult(env(), rows);
  }

  private ContestRow.Sample take(int round, ContestPlan.Case what, String stack)
      throws InterruptedException {
    Contestant contestant = Objects.requireNonNull(contestants.get(key(stack, what.path())));
    if (round == 1) {
      warmUp(contestant, what.scenario());
    }
    ContestRow.Sample sample = contestant.measure(what.scenario(), plan);
    progress.accept(String.format(
        "%d/%d %s %s %s: %,.0f %s",
        round,
        plan.repeat(),
        stack,
        what.path(),
        what.scenario(),
        sample.rate(),
        what.scenario().kind().unit()));
    return sample;
  }

  private void warmUp(Contestant contestant, Scenario scenario) throws InterruptedException {
    var warmUp = new WarmUp(plan.duration(), plan.contest().patience(scenario));
    while (!warmUp.isOver()) {
      ContestRow.Sample sample = contestant.measure(scenario, plan);
      warmUp.measured(sample.rate(), sample.nanos(), sample.compilingNanos());
    }
  }

  private ObjectNode env() {
    return Environment.json(plan.duration(), plan.repeat(), plan.contest().raised())
        .put("bytes", plan.bytes())
        .put("delayMillis", plan.delay().toMillis());
  }
}
