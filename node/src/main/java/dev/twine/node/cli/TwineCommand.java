package dev.twine.node.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
    name = "twine",
    header = "A hybrid gossip network for the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 not reachable or not found,",
      "            4 a check failed, 130 interrupted."
    })
final class TwineCommand implements Callable<Integer> {
  /** The commands by name, in the order of the help. */
  static final Map<String, Class<?>> COMMANDS = commands();

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

  /**
   * The command line for these arguments. If they begin with a command it has only that one: reading
   * what the annotations of all others say takes a quarter of the time in which a node starts.
   */
  static CommandLine lineFor(Console console, String... args) {
    var factory = new CommandFactory(console);
    var line = new CommandLine(new TwineCommand(console), factory);
    Class<?> named = args.length == 0 ? null : COMMANDS.get(args[0]);
    if (named != null) {
      line.addSubcommand(args[0], command(named, factory));
    } else {
      COMMANDS.forEach((name, type) -> line.addSubcommand(name, command(type, factory)));
    }
    return line;
  }

  private static CommandLine command(Class<?> type, CommandLine.IFactory factory) {
    var command = new CommandLine(type, factory);
    if (type == RunCommand.class) {
      SettingFlags.addTo(command.getCommandSpec());
    }
    return command;
  }

  private static Map<String, Class<?>> commands() {
    var commands = new LinkedHashMap<String, Class<?>>();
    commands.put("sandbox", SandboxCommand.class);
    commands.put("run", RunCommand.class);
    commands.put("id", IdCommand.class);
    commands.put("peers", PeersCommand.class);
    commands.put("ping", PingCommand.class);
    commands.put("send", SendCommand.class);
    commands.put("listen", ListenCommand.class);
    commands.put("chat", ChatCommand.class);
    commands.put("http", HttpCommand.class);
    commands.put("key", KeyCommand.class);
    commands.put("bench", BenchCommand.class);
    return commands;
  }

  @Override
  public Integer call() {
    if (version) {
      console.line(Version.line());
      return Exit.OK;
    }
    String names = String.join(", ", spec.subcommands().keySet());
    return TwineCommandLine.report(
        console, "no command", "twine", "give one of " + names, Exit.USAGE);
  }
}
