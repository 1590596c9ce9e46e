package dev.twine.node.cli;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.load.Contest;
import dev.twine.node.load.ContestBench;
import dev.twine.node.load.ContestPlan;
import dev.twine.node.load.ContestResult;
import dev.twine.node.load.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code twine bench handshake}. */
@Command(
    name = "handshake",
    description = "Connections per second between two libp2p hosts in two processes.")
final class BenchHandshake implements Callable<Integer> {
  /** A peer more for each. */
  private static final int MAX_PARALLEL = 64;

  private final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Mixin
  private final BenchOptions bench = new BenchOptions();

  @Mixin
  private final StreamOptions stream = new StreamOptions();

  @Option(
      names = "--parallel",
      split = ",",
      paramLabel = "LIST",
      description = "Connections being made at a time. Default: 1,8")
  private List<Integer> parallel = List.of(1, 8);

  BenchHandshake(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<String> stacks = StreamOptions.stacks(bench);
    parallel.forEach(value -> BenchOptions.checkRange("--parallel", value, MAX_PARALLEL));
    if (stacks.contains(Contest.TCP)) {
      throw new TwineException(
          Code.BAD_VALUE,
          "a baseline without a handshake",
          Contest.TCP,
          "leave it out, or use it with bench stream");
    }
    ContestResult result = ContestBench.run(
        new ContestPlan(
            Contest.STREAMS,
            stacks,
            stream.paths(),
            scenarios(),
            0,
            bench.duration(1),
            Duration.ZERO,
            bench.repeat()),
        console::say);
    return common.show(console, result.json(), result::text);
  }

  private List<Scenario> scenarios() {
    var scenarios = new ArrayList<Scenario>();
    scenarios.add(new Scenario(Scenario.Kind.SECURITY, 0));
    parallel.stream()
        .distinct()
        .forEach(value -> scenarios.add(new Scenario(Scenario.Kind.HANDSHAKE, value)));
    return scenarios;
  }
}
