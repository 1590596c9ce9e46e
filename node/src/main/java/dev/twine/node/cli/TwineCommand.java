package dev.twine.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
    name = "twine",
    header = "A hybrid gossip network for the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SandboxCommand.class,
      RunCommand.class,
      IdCommand.class,
      PeersCommand.class,
      PingCommand.class,
      SendCommand.class,
      ListenCommand.class,
      ChatCommand.class,
      HttpCommand.class,
      KeyCommand.class,
      BenchCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 not reachable or not found,",
      "            4 a check failed, 130 interrupted."
    })
final class TwineCommand implements Callable<Integer> {
  private final Console console;

  @Spec
  private CommandSpec spec;

  @Option(names = "--version", description = "Show the version and exit.")
  private boolean version;

  @SuppressWarnings("unused") // picocli reads it.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  TwineCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (version) {
      console.line(Version.line());
      return Exit.OK;
    }
    String commands = String.join(", ", spec.subcommands().keySet());
    return TwineCommandLine.report(
        console, "no command", "twine", "give one of " + commands, Exit.USAGE);
  }
}
