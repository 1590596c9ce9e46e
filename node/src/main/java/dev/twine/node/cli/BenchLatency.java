package dev.twine.node.cli;

import dev.twine.node.load.LatencyBench;
import dev.twine.node.load.LatencyPlan;
import dev.twine.node.load.LatencyResult;
import dev.twine.node.text.Rate;
import dev.twine.node.text.Size;
import dev.twine.node.web.WebMain;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code twine bench latency}. */
@Command(
    name = "latency",
    description = "How long priority messages take between two nodes in two processes.")
final class BenchLatency implements Callable<Integer> {
  private static final List<String> TRANSPORTS = List.of(WebMain.P2P, WebMain.WS, WebMain.HYBRID);
  private static final List<String> BESIDE =
      Stream.of(LatencyPlan.Beside.values()).map(LatencyPlan.Beside::label).toList();

  private final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Mixin
  private final BenchOptions bench = new BenchOptions();

  @Option(
      names = "--transports",
      split = ",",
      paramLabel = "LIST",
      description = "Of the client: p2p, ws, hybrid over libp2p. Default: p2p,ws")
  private List<String> transports = WebMain.TRANSPORTS;

  @Option(
      names = "--beside",
      split = ",",
      paramLabel = "LIST",
      description = "nothing, and download for a response at full speed. Default: nothing,download")
  private List<String> beside = BESIDE;

  @Option(names = "--rate", paramLabel = "500/s", description = "Default: 500/s")
  private Rate rate = new Rate(500);

  @Option(names = "--size", paramLabel = "200B", description = "Of a message. Default: 200B")
  private Size size = new Size(200);

  BenchLatency(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    bench.baselines(List::of);
    LatencyResult result = LatencyBench.run(
        new LatencyPlan(
            BenchOptions.checkWords("--transports", transports, TRANSPORTS),
            BenchOptions.checkWords("--beside", beside, BESIDE).stream()
                .map(value -> LatencyPlan.Beside.valueOf(value.toUpperCase(Locale.ROOT)))
                .toList(),
            rate.intervalNanos(),
            size.asInt("size", LatencyPlan.MIN_SIZE, LatencyPlan.MAX_SIZE),
            bench.duration(1),
            bench.repeat()),
        console::say);
    common.show(console, result.json(), result::text);
    return BenchOptions.exit(console, result.lost(), "see which row, and lower --rate");
  }
}
