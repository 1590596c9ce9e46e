package dev.twine.node.cli;

import dev.twine.identity.KeyException;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Escape;
import dev.twine.node.text.Nearest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Parses, runs, and reports failures in one form. */
public final class TwineCommandLine {
  private TwineCommandLine() {}

  /** Runs one command to its end and returns its exit code. */
  public static int run(Console console, String... args) {
    CommandLine line = TwineCommand.lineFor(console, args)
        .setOut(console.out())
        .setErr(console.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false)
        .setUnmatchedOptionsArePositionalParams(false)
        .setExecutionStrategy(parsed -> begin(console, parsed))
        .setParameterExceptionHandler((e, arguments) -> usage(console, e))
        .setExecutionExceptionHandler((e, command, parsed) -> failed(console, e));
    Converters.register(line);
    try {
      return line.execute(args);
    } catch (Error e) { // The main thread alone would end by it, and leave a process without one.
      return unexpected(console, e);
    }
  }

  /** From here on a signal knows how this command ends. */
  private static int begin(Console console, ParseResult parsed) {
    CommandLine last = parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
    console.termination().begins(last.getCommand() instanceof LastingCommand);
    return new CommandLine.RunLast().execute(parsed);
  }

  private static int usage(Console console, ParameterException e) {
    TwineException known = cause(e);
    if (known != null) {
      return report(console, known.what(), known.value(), known.remedy(), Exit.USAGE);
    }
    CommandLine command = e.getCommandLine();
    String help = "see " + command.getCommandSpec().qualifiedName() + " --help";
    if (e instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().get(0);
      return report(
          console, "unknown argument", argument, hint(command, argument) + help, Exit.USAGE);
    }
    if (e instanceof MissingParameterException missing) {
      var names = new ArrayList<String>();
      missing
          .getMissing()
          .forEach(spec -> names.add(
              spec instanceof CommandLine.Model.OptionSpec option
                  ? option.longestName()
                  : spec.paramLabel()));
      return report(console, "missing argument", String.join(", ", names), help, Exit.USAGE);
    }
    String value = e.getValue() == null ? String.valueOf(e.getMessage()) : e.getValue();
    return report(console, "cannot read the command line", value, help, Exit.USAGE);
  }

  private static String hint(CommandLine command, String argument) {
    List<String> known = new ArrayList<>(command.getSubcommands().keySet());
    command.getCommandSpec().options().forEach(option -> known.addAll(List.of(option.names())));
    return Nearest.hint(argument, known);
  }

  private static @Nullable TwineException cause(Throwable e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof TwineException known) {
        return known;
      }
    }
    return null;
  }

  private static int failed(Console console, Exception e) {
    if (e instanceof TwineException known) {
      return report(console, known.what(), known.value(), known.remedy(), Exit.of(known.code()));
    }
    if (e instanceof KeyException key) {
      return report(console, key.what(), key.value(), key.remedy(), Exit.of(Code.KEY_FILE));
    }
    if (e instanceof InterruptedException) {
      return report(console, "interrupted", "this command", "run it again", Exit.FAILED);
    }
    return unexpected(console, e);
  }

  private static int unexpected(Console console, Throwable e) {
    return report(
        console,
        "unexpected failure",
        e.toString(),
        "please report it with the log at --log-level debug",
        Exit.FAILED);
  }

  /** Writes the last line of a failure; what went wrong may come from a stranger. */
  static int report(Console console, String what, String value, String remedy, int code) {
    console.say(Escape.screen("error: " + what + ": " + value + ": " + remedy));
    return code;
  }
}
