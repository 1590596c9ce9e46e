package dev.twine.node.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A command that runs in this process, with what it wrote. */
final class Run {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Integer> exits = new CopyOnWriteArrayList<>();
  private final Termination termination =
      new Termination(exits::add, exits::add, Duration.ofSeconds(20));
  private final Console console;
  private int code = -1;

  private Run(InputStream in, Map<String, String> environment) {
    console = new Console(
        in,
        out,
        new PrintWriter(out, false, StandardCharsets.UTF_8),
        new PrintWriter(err, true, StandardCharsets.UTF_8),
        environment,
        false,
        termination);
  }

  static Run of(String... args) {
    return with(Map.of(), args);
  }

  static Run with(Map<String, String> environment, String... args) {
    var run = new Run(new ByteArrayInputStream(new byte[0]), environment);
    run.go(args);
    return run;
  }

  /** In a thread of its own, for commands that last. */
  static Run start(InputStream in, String... args) {
    var run = new Run(in, Map.of());
    run.goOnAThread(args);
    return run;
  }

  /** As {@link #start}, with a Ctrl-C that comes before anything is known of the command. */
  static Run interrupted(InputStream in, String... args) {
    var run = new Run(in, Map.of());
    run.interrupt();
    run.goOnAThread(args);
    return run;
  }

  private void goOnAThread(String... args) {
    var thread = new Thread(() -> go(args), "command " + String.join(" ", args));
    thread.setDaemon(true);
    thread.start();
  }

  private void go(String... args) {
    int ended = TwineCommandLine.run(console, args);
    console.flush();
    synchronized (this) {
      code = ended;
    }
    termination.finished(ended);
  }

  /** As Ctrl-C does. */
  void interrupt() {
    var thread = new Thread(termination::requested, "signal");
    thread.setDaemon(true);
    thread.start();
  }

  /** The codes with which the process would have been ended by a signal. */
  List<Integer> exits() {
    return exits;
  }

  synchronized int code() {
    return code;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  List<String> err() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }

  String lastErr() {
    List<String> lines = err();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
