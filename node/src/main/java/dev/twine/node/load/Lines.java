package dev.twine.node.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The child's end of the conversation: a JSON command per line in, a JSON answer per line out. */
final class Lines {
  /** What one command does. */
  interface Command {
    ObjectNode run(JsonNode command) throws Exception;
  }

  private Lines() {}

  /** Answers until the parent closes its end; then the process ends, whatever else runs in it. */
  static void serve(Command command) {
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
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
    try {
      return command.run(Json.parse(line.getBytes(StandardCharsets.UTF_8)));
    } catch (Exception e) { // The parent gets one answer for each line, or it waits for ever.
      return Json.object().put("error", e.toString());
    }
  }
}
