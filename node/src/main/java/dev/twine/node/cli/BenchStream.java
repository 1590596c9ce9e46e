package dev.twine.node.cli;

import dev.twine.node.load.Contest;
import dev.twine.node.load.ContestBench;
import dev.twine.node.load.ContestPlan;
import dev.twine.node.load.ContestResult;
import dev.twine.node.load.Scenario;
import dev.twine.node.text.Size;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code twine bench stream}. */
@Command(
    name = "stream",
    description =
        "Bytes, requests and streams per second between two libp2p hosts in two processes.")
final class BenchStream implements Callable<Integer> {
  private static final Duration MIN_DELAY = Duration.ofMillis(2);
  private static final Duration MAX_DELAY = Duration.ofSeconds(2);

  private final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Mixin
  private final BenchOptions bench = new BenchOptions();

  @Mixin
  private final StreamOptions stream = new StreamOptions();

  @Option(
      names = "--scenarios",
      split = ",",
      paramLabel = "LIST",
      description = {
        "upload, download, write-SIZE, requests-N, open-N, broadcast-SIZE,",
        "broadcast-NxSIZE, or all.",
        "Default: upload,download,requests,open"
      })
  private List<String> scenarios = List.of();

  @Option(
      names = "--size",
      paramLabel = "1GiB",
      description = "Of an upload or download. Default: 1GiB")
  private Size size = new Size(1 << 30);

  @Option(
      names = "--delay",
      paramLabel = "50ms",
      description = {
        "Added to the round trip, half of it in each direction, if there is a relay here.",
        "Adds the baseline tcp."
      })
  private @Nullable Duration delay;

  BenchStream(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    ContestResult result = ContestBench.run(plan(), console::say);
    return common.show(console, result.json(), result::text);
  }

  private ContestPlan plan() {
    BenchOptions.checkTransfer(size);
    List<String> stacks = StreamOptions.stacks(bench);
    if (delay != null) {
      BenchOptions.checkRange("--delay", delay, MIN_DELAY, MAX_DELAY);
      if (!stacks.contains(Contest.TCP)) {
        stacks.add(Contest.TCP);
      }
    }
    return new ContestPlan(
        Contest.STREAMS,
        stacks,
        stream.paths(),
        scenarios(),
        size.bytes(),
        bench.duration(1),
        delay == null ? Duration.ZERO : delay,
        bench.repeat());
  }

  private List<Scenario> scenarios() {
    return scenarios.isEmpty() ? Contest.STREAMS.usual() : Contest.STREAMS.parse(scenarios);
  }
}
