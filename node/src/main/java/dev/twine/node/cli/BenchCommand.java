package dev.twine.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code twine bench}. */
@Command(
    name = "bench",
    description = "Measure this machine.",
    subcommands = {
      BenchBroadcast.class,
      BenchStream.class,
      BenchHandshake.class,
      BenchHttp.class,
      BenchLatency.class,
      BenchIdle.class
    })
final class BenchCommand implements Callable<Integer> {
  private final Console console;

  @SuppressWarnings({"unused", "UnusedVariable"}) // picocli reads it.
  @Mixin
  private final CommonOptions common = new CommonOptions();

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return TwineCommandLine.report(
        console,
        "no command",
        "twine bench",
        "give broadcast, stream, handshake, http, latency or idle",
        Exit.USAGE);
  }
}
