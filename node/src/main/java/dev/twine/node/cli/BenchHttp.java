package dev.twine.node.cli;

import dev.twine.node.load.Contest;
import dev.twine.node.load.ContestBench;
import dev.twine.node.load.ContestPlan;
import dev.twine.node.load.ContestResult;
import dev.twine.node.text.Size;
import dev.twine.node.web.WebMain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code twine bench http}. */
@Command(
    name = "http",
    description =
        "Requests and bytes per second of a node's service, over libp2p and over TCP, between two processes.")
final class BenchHttp implements Callable<Integer> {
  /** What two nodes agree on if both are Twine's. */
  private static final ContestPlan.Path PATH = new ContestPlan.Path("tcp", "noise");

  private final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Mixin
  private final BenchOptions bench = new BenchOptions();

  @Option(
      names = "--transports",
      split = ",",
      paramLabel = "LIST",
      description = "p2p, and ws for its TCP listener. Default: p2p,ws")
  private List<String> transports = WebMain.TRANSPORTS;

  @Option(
      names = "--scenarios",
      split = ",",
      paramLabel = "LIST",
      description = {
        "upload, download, requests-N on connections that are kept, open-N with one for each,",
        "or all, which is the default."
      })
  private List<String> scenarios = List.of("all");

  @Option(
      names = "--size",
      paramLabel = "256MiB",
      description = "Of an upload or download. Default: 256MiB")
  private Size size = new Size(256 << 20);

  BenchHttp(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    BenchOptions.checkTransfer(size);
    var stacks =
        new ArrayList<>(BenchOptions.checkWords("--transports", transports, WebMain.TRANSPORTS));
    stacks.addAll(bench.baselines(Contest.HTTP::baselines));
    ContestResult result = ContestBench.run(
        new ContestPlan(
            Contest.HTTP,
            stacks,
            List.of(PATH),
            Contest.HTTP.parse(scenarios),
            size.bytes(),
            bench.duration(1),
            Duration.ZERO,
            bench.repeat()),
        console::say);
    return common.show(console, result.json(), result::text);
  }
}
