package dev.twine.node.cli;

import dev.twine.node.load.Contest;
import dev.twine.node.load.ContestPlan;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What the benchmarks over libp2p take beside {@link BenchOptions}. */
final class StreamOptions {
  private static final List<String> SECURITY = List.of("noise", "tls");
  private static final List<String> TRANSPORTS = List.of("tcp", "ws");

  @Option(
      names = "--security",
      split = ",",
      paramLabel = "LIST",
      description = "noise, tls. Default: noise,tls")
  private List<String> security = SECURITY;

  @Option(
      names = "--transport",
      split = ",",
      paramLabel = "LIST",
      description = "tcp, ws. Default: tcp")
  private List<String> transports = List.of("tcp");

  List<ContestPlan.Path> paths() {
    List<String> over = BenchOptions.checkWords("--transport", transports, TRANSPORTS);
    List<String> by = BenchOptions.checkWords("--security", security, SECURITY);
    return over.stream()
        .flatMap(transport -> by.stream().map(one -> new ContestPlan.Path(transport, one)))
        .toList();
  }

  /** Twine first, then what is measured beside it. */
  static List<String> stacks(BenchOptions bench) {
    var stacks = new ArrayList<String>();
    stacks.add(Contest.TWINE);
    stacks.addAll(bench.baselines(Contest.STREAMS::baselines));
    return stacks;
  }
}
