package dev.twine.node.child;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * The child's end of the conversation, in the language of the peers under {@code interop}: {@code
 * {"event":"ready",...}} first, then for each line {@code {"id":N,"do":NAME,...}} an answer {@code
 * {"id":N,"ok":true,...}} or {@code {"id":N,"ok":false,"error":TEXT}}. Each says in {@code
 * compiledMillis} for how long the compilers of this process have worked so far.
 */
public final class Lines {
  static final String READY = "ready";
  static final String COMPILED = "compiledMillis";

  /** What one command does; what it throws becomes the error of the answer. */
  public interface Command {
    ObjectNode run(JsonNode command) throws Exception;
  }

  private Lines() {}

  /**
   * Answers one command after the other until the parent closes its end; then the process ends,
   * whatever else runs in it.
   *
   * @param ready what the first line says about this process
   */
  public static void serve(ObjectNode ready, Command command) {
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    out.println(Json.line(ready.put("event", READY)));
    try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(Json.line(answer(command, line)));
      }
    } catch (IOException e) {
      System.err.println("the parent is gone: " + e.getMessage());
    }
    Runtime.getRuntime().halt(0);
  }

  private static ObjectNode answer(Command command, String line) {
    ObjectNode answer = Json.object();
    try {
      JsonNode asked = Json.parse(line.getBytes(StandardCharsets.UTF_8));
      answer.put("id", asked.path("id").asLong());
      answer.put("ok", true).setAll(command.run(asked));
    } catch (Exception e) { // The parent gets one answer for each line, or it waits for ever.
      answer.put("ok", false).put("error", e.toString());
    }
    return answer.put(COMPILED, compiledMillis());
  }

  private static long compiledMillis() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    return compiler == null ? 0 : compiler.getTotalCompilationTime();
  }
}
