package dev.twine.node.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The twine command as a process of its own. */
final class TwineProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A start takes about a second; a machine with other work to do may take many. */
  private static final Duration START = Duration.ofSeconds(30);

  private static final Duration COMMAND = Duration.ofSeconds(40);
  private static final long POLL_NANOS = 20_000_000;

  private final Process process;
  private final List<String> out = new ArrayList<>();
  private final List<String> err = new ArrayList<>();
  private final Thread outReader;
  private final Thread errReader;

  private TwineProcess(Process process) {
    this.process = process;
    this.outReader = reader(process.getInputStream(), out);
    this.errReader = reader(process.getErrorStream(), err);
  }

  static TwineProcess start(String... args) {
    return start(Application.onClassPath(), List.of(args));
  }

  static TwineProcess start(List<String> application, List<String> args) {
    var command = new ArrayList<>(application);
    command.addAll(args);
    var builder = new ProcessBuilder(command);
    // What the tests' own environment says must not reach the nodes.
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("TWINE_"));
    try {
      return new TwineProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a line on stderr; fails if the process ends without it. */
  TwineProcess awaitErr(String fragment) {
    await(
        () -> saidErr(fragment) || !process.isAlive(),
        START,
        () -> "\"" + fragment + "\" in " + err());
    if (!process.isAlive()) {
      join();
    }
    if (!saidErr(fragment)) {
      throw new AssertionError(
          "ended with " + process.exitValue() + " before \"" + fragment + "\": " + err());
    }
    return this;
  }

  private boolean saidErr(String fragment) {
    return err().stream().anyMatch(line -> line.contains(fragment));
  }

  /** The exit code; fails if the process does not end in time. */
  int awaitExit(Duration deadline) {
    try {
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + deadline + ": " + err());
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    join();
    return process.exitValue();
  }

  int awaitExit() {
    return awaitExit(COMMAND);
  }

  /** What it wrote on stdout, after it ended with 0. */
  String succeeded() {
    int code = awaitExit(COMMAND);
    if (code != 0) {
      throw new AssertionError("exit " + code + ": " + out() + err());
    }
    return String.join("\n", out());
  }

  List<String> out() {
    synchronized (out) {
      return List.copyOf(out);
    }
  }

  List<String> err() {
    synchronized (err) {
      return List.copyOf(err);
    }
  }

  /** The line that says what went wrong. */
  String lastErr() {
    List<String> lines = err();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }

  /** Types a line. */
  void type(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends what is typed. */
  void endInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@code kill}: asks it to end. */
  void terminate() {
    process.destroy();
  }

  /** As {@code kill -9}. */
  void kill() {
    process.destroyForcibly();
    awaitExit(COMMAND);
  }

  @Override
  public void close() {
    kill();
  }

  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  /** Polls until the condition holds. */
  static void await(BooleanSupplier condition, Duration deadline, String what) {
    await(condition, deadline, () -> what);
  }

  static void await(
      BooleanSupplier condition, Duration deadline, java.util.function.Supplier<String> what) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + deadline + ": " + what.get());
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private void join() {
    try {
      outReader.join(START.toMillis());
      errReader.join(START.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Thread reader(InputStream stream, List<String> lines) {
    var thread = new Thread(() -> read(stream, lines), "process-output");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void read(InputStream stream, List<String> lines) {
    try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (lines) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      // A process that is killed takes its pipes with it.
      synchronized (lines) {
        lines.add("(reading failed: " + e + ")");
      }
    }
  }
}
