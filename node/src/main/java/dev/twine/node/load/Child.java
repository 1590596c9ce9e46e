package dev.twine.node.load;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A child process with the same Java and class path. For one thread. */
final class Child implements AutoCloseable {
  private static final long EXIT_SECONDS = 5;

  /** Of every child, beside what this process was given. */
  static final List<String> FLAGS =
      List.of("-Xms512m", "-Xmx1g", "-Dio.netty.leakDetection.level=disabled");

  private final String name;
  private final Process process;
  private final BufferedWriter in;
  private final BufferedReader out;

  private Child(String name, Process process) {
    this.name = name;
    this.process = process;
    this.in = new BufferedWriter(
        new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static Child start(Class<?> main, String... args) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    try {
      Process process = new ProcessBuilder(command)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
      return new Child(main.getSimpleName() + " " + String.join(" ", args), process);
    } catch (IOException e) {
      throw failed(main.getName(), "cannot be started", e);
    }
  }

  /** What this process was given, without its heap and agents, and then the child's own. */
  static List<String> flags() {
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

  /** Sends a command and waits for its answer. */
  JsonNode ask(ObjectNode command, Duration deadline) throws InterruptedException {
    try {
      in.write(Json.line(command) + "\n");
      in.flush();
      String line = CompletableFuture.supplyAsync(this::readLine)
          .get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      JsonNode answer = Json.parse(line.getBytes(StandardCharsets.UTF_8));
      if (answer.has("error")) {
        throw failed(name, answer.get("error").asText(), null);
      }
      return answer;
    } catch (IOException | ExecutionException e) {
      throw failed(name, "ended", e);
    } catch (TimeoutException e) {
      throw failed(name, "does not answer", e);
    }
  }

  private String readLine() {
    try {
      String line = out.readLine();
      return line == null ? "{\"error\":\"ended\"}" : line;
    } catch (IOException e) {
      return "{\"error\":\"ended\"}";
    }
  }

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

  private static TwineException failed(String name, String why, @Nullable Throwable cause) {
    return new TwineException(
        Code.REMOTE_ERROR, "a process of the benchmark failed", name, why, cause);
  }
}
