package dev.twine.node;

import dev.twine.node.cli.Console;
import dev.twine.node.cli.Termination;
import dev.twine.node.cli.TwineCommandLine;
import dev.twine.node.cli.Version;

/** The {@code twine} command. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("--version")) {
      System.out.println(Version.line()); // Before anything is loaded that takes time.
      return;
    }
    Termination termination = Termination.ofProcess();
    Console console = Console.ofProcess(termination);
    int code = TwineCommandLine.run(console, args);
    console.flush();
    termination.finished(code);
    System.exit(code);
  }
}
