package dev.twine.interop;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Takes part in the public suites of libp2p: transport (the current and the older form) and
 * performance (likewise). The role comes from environment variables, the results go to standard
 * output, complaints to standard error.
 */
public final class Main {
  private static final String USAGE = """
      usage: Main transport       role and protocols from the environment
             Main perf            likewise
             Main --run-server    the older performance suite
             Main --server-address ADDRESS [--transport tcp] --upload-bytes N --download-bytes N
      """;

  private final Environment environment;
  private final Supplier<WssTls> tls;
  private final PrintStream out;
  private final PrintStream err;

  Main(Map<String, String> variables, PrintStream out, PrintStream err) {
    this(variables, WssTls::throwaway, out, err);
  }

  Main(Map<String, String> variables, Supplier<WssTls> tls, PrintStream out, PrintStream err) {
    this.environment = new Environment(variables);
    this.tls = tls;
    this.out = out;
    this.err = err;
  }

  /** Runs until the work is done, or for a listener until it is killed. */
  public static void main(String[] arguments) {
    System.exit(new Main(System.getenv(), System.out, System.err).run(List.of(arguments)));
  }

  /** The exit status. */
  int run(List<String> arguments) {
    try {
      return choose(arguments);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      err.println("interrupted");
    } catch (IOException | RuntimeException failed) {
      err.println(failed.getMessage());
    }
    return 1;
  }

  private int choose(List<String> arguments) throws IOException, InterruptedException {
    switch (arguments.isEmpty() ? "" : arguments.get(0)) {
      case "transport" -> {
        Assignment assignment = Assignment.of(environment, Meeting.Form.LIST, tls);
        if (assignment.dialler()) {
          TransportSuite.run(assignment, out);
        } else {
          Listener.run(assignment);
        }
      }
      case "perf" -> {
        Assignment assignment = Assignment.of(environment, Meeting.Form.VALUE, tls);
        if (assignment.dialler()) {
          PerfSuite.run(assignment, environment, out);
        } else {
          Listener.run(assignment);
        }
      }
      case "--run-server", "--server-address" -> new OlderPerfSuite(out, err).run(arguments);
      default -> {
        err.print(USAGE);
        return 2;
      }
    }
    return 0;
  }
}
