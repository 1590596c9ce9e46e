package dev.twine.node.child;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that is driven by lines of JSON, as {@link Lines} has them. For one thread, which waits
 * for each answer before it asks again.
 */
public final class Child implements AutoCloseable {
  /** Java starts in one second, in many on a busy machine; other programs sooner. */
  private static final Duration START = Duration.ofSeconds(60);

  private static final long EXIT_SECONDS = 5;

  /** A child answers once for each question. */
  private static final int MAX_LINES = 16;

  private static final String ENDED = "";

  /** Of every Java child, beside what this process was given. */
  private static final List<String> FLAGS =
      List.of("-Xms512m", "-Xmx1g", "-Dio.netty.leakDetection.level=disabled");

  private final String name;
  private final Process process;
  private final BufferedWriter in;
  private final BlockingQueue<String> out = new ArrayBlockingQueue<>(MAX_LINES);
  private long lastId;
  private long compiledMillis;

  private Child(String name, Process process) {
    this.name = name;
    this.process = process;
    this.in = new BufferedWriter(
        new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    var reader = new Thread(this::read, "child " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts another class of this program, with the same Java and class path. */
  public static Child start(Class<?> main, String... args) {
    var command = javaCommand(main);
    command.addAll(List.of(args));
    return start(main.getSimpleName() + " " + String.join(" ", args), command, null);
  }

  /**
   * Starts any program that speaks the language, and waits until it is ready.
   *
   * @param name for messages
   * @param directory to start it in; null for that of this process
   */
  public static Child start(String name, List<String> command, @Nullable Path directory) {
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    try {
      var child = new Child(name, builder.start());
      child.awaitReady();
      return child;
    } catch (IOException e) {
      throw failed(name, "cannot be started", e);
    }
  }

  /** How another class of this program is started; its arguments follow. */
  public static List<String> javaCommand(Class<?> main) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }

  /** What this process was given, without its heap and agents, and then the child's own. */
  public static List<String> flags() {
    var flags = new ArrayList<String>();
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      boolean own =
          flag.startsWith("-Xm") || flag.startsWith("-javaagent") || flag.contains("leak");
      if (!own) {
        flags.add(flag);
      }
    }
    flags.addAll(FLAGS);
    return flags;
  }

  /**
   * Sends a command and waits for its answer.
   *
   * @throws TwineException if the child fails, ends, or does not answer in time
   */
  public JsonNode ask(ObjectNode command, Duration deadline) throws InterruptedException {
    long id = ++lastId;
    try {
      in.write(Json.line(command.put("id", id)) + "\n");
      in.flush();
    } catch (IOException e) {
      throw failed(name, "ended", e);
    }
    JsonNode answer = next(deadline);
    if (answer.path("id").asLong() != id) {
      throw failed(name, "answers out of turn", null);
    }
    if (!answer.path("ok").asBoolean()) {
      throw failed(name, answer.path("error").asText(), null);
    }
    compiledMillis = answer.path(Lines.COMPILED).asLong();
    return answer;
  }

  /** For how long its compilers had worked at its last answer; 0 of a program that does not say. */
  public long compiledMillis() {
    return compiledMillis;
  }

  /** The processor time of the process so far, as the system counts it: in steps of 10 ms on Linux. */
  public long cpuNanos() {
    return process
        .toHandle()
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> failed(name, "its processor time is not known here", null))
        .toNanos();
  }

  /** The end of its input tells it to end; what does not is killed. */
  @Override
  public void close() {
    try {
      in.close();
      if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitReady() {
    try {
      if (next(START).path("event").asText().equals(Lines.READY)) {
        return;
      }
      close();
      throw failed(name, "does not say that it is ready", null);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw failed(name, "interrupted", e);
    }
  }

  private JsonNode next(Duration deadline) throws InterruptedException {
    String line = out.poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
    if (line == null) {
      throw failed(name, "does not answer", null);
    }
    if (line.equals(ENDED)) {
      out.add(ENDED); // For whoever asks next.
      throw failed(name, "ended", null);
    }
    return Json.parse(line.getBytes(StandardCharsets.UTF_8));
  }

  private void read() {
    try (var lines = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          out.put(line);
        }
      }
      out.put(ENDED);
    } catch (IOException e) { // The process is gone, and its pipe with it.
      out.offer(ENDED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static TwineException failed(String name, String why, @Nullable Throwable cause) {
    return new TwineException(
        Code.REMOTE_ERROR, "a process of the benchmark failed", name, why, cause);
  }
}
