package dev.twine.node.cli;

import dev.twine.node.load.IdleBench;
import dev.twine.node.load.IdlePlan;
import dev.twine.node.load.IdleResult;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code twine bench idle}. */
@Command(name = "idle", description = "Memory, descriptors and threads of connections at rest.")
final class BenchIdle implements Callable<Integer> {
  /** Two sides, each with a descriptor, on a machine as it comes. */
  private static final int MAX_PEERS = 9_000;

  private static final List<String> TRANSPORTS = List.of("libp2p", "ws", "tcp");
  private static final List<String> SECURITY = List.of("noise", "tls");

  private final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Option(
      names = "--transports",
      split = ",",
      paramLabel = "LIST",
      description = "libp2p, ws, and tcp for Netty alone. Default: libp2p,ws")
  private List<String> transports = List.of("libp2p", "ws");

  @Option(
      names = "--security",
      split = ",",
      paramLabel = "LIST",
      description = "Of libp2p: noise, tls. Default: noise,tls")
  private List<String> security = SECURITY;

  @Option(
      names = "--peers",
      paramLabel = "N",
      description = "Connections of each kind. Default: 1000")
  private int peers = 1_000;

  BenchIdle(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    BenchOptions.checkWords("--security", security, SECURITY);
    BenchOptions.checkRange("--peers", peers, MAX_PEERS);
    List<IdlePlan.Kind> kinds =
        BenchOptions.checkWords("--transports", transports, TRANSPORTS).stream()
            .flatMap(this::kinds)
            .distinct()
            .toList();
    IdleResult result = IdleBench.run(new IdlePlan(kinds, peers), console::say);
    return common.show(console, result.json(), result::text);
  }

  private Stream<IdlePlan.Kind> kinds(String transport) {
    var server = IdlePlan.Server.valueOf(transport.toUpperCase(Locale.ROOT));
    return server == IdlePlan.Server.LIBP2P
        ? security.stream().map(one -> new IdlePlan.Kind(server, one))
        : Stream.of(new IdlePlan.Kind(server, "none"));
  }
}
