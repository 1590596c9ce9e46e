package dev.twine.node.cli;

import dev.twine.node.load.BroadcastBench;
import dev.twine.node.load.BroadcastPlan;
import dev.twine.node.load.BroadcastResult;
import dev.twine.node.text.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code twine bench broadcast}. */
@Command(
    name = "broadcast",
    description = "Deliveries per second from one node to many, counted in another process.")
final class BenchBroadcast implements Callable<Integer> {
  private static final int MAX_PEERS = 5_000;

  private final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Mixin
  private final BenchOptions bench = new BenchOptions();

  @Option(
      names = "--transports",
      split = ",",
      paramLabel = "LIST",
      description = "Default: ws,p2p,hybrid")
  private List<String> transports = BroadcastBench.TRANSPORTS;

  @Option(names = "--peers", paramLabel = "N", description = "Receivers. Default: 50")
  private int peers = 50;

  @Option(
      names = "--size",
      split = ",",
      paramLabel = "LIST",
      description = "Payloads. Default: 100B,1KiB")
  private List<Size> sizes = List.of(new Size(100), new Size(1 << 10));

  BenchBroadcast(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    var subjects = new ArrayList<>(
        BenchOptions.checkWords("--transports", transports, BroadcastBench.TRANSPORTS));
    subjects.addAll(bench.baselines(BroadcastBench::baselines));
    var bytes = new ArrayList<Integer>();
    sizes.forEach(
        size -> bytes.add(size.asInt("size", BroadcastPlan.MIN_SIZE, BroadcastPlan.MAX_SIZE)));
    BenchOptions.checkRange("--peers", peers, MAX_PEERS);
    BroadcastResult result = BroadcastBench.run(
        new BroadcastPlan(subjects, peers, bytes, bench.duration(5), bench.repeat()), console::say);
    return report(result);
  }

  private int report(BroadcastResult result) {
    common.show(console, result.json(), result::text);
    return BenchOptions.exit(
        console, result.lost(), "see which row; rates with losses are not comparable");
  }
}
