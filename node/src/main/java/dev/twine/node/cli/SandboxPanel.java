package dev.twine.node.cli;

import dev.twine.node.sandbox.NodeResult;
import dev.twine.node.sandbox.SandboxResult;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The live view of a sandbox. It never has more lines than the terminal, or that would scroll. */
final class SandboxPanel {
  /** All but the nodes: title, heading, totals, hint, empty lines, and the one the cursor is on. */
  private static final int OTHER_LINES = 7;

  private static final int DEFAULT_ROWS = 24;
  private static final int MAX_ROWS = 10_000;
  /** So many numbers fit beside the rest of the title into 80 columns. */
  private static final int MAX_SESSION_COUNTS = 5;

  private static final long ASK_SECONDS = 2;

  private SandboxPanel() {}

  /** What to write to show it: home, each line cleared to its end, and the rest of the screen. */
  static String screen(SandboxResult result, List<Integer> sessions, Duration elapsed, int rows) {
    int sent = result.nodes().stream().mapToInt(NodeResult::sent).sum();
    int received = result.nodes().stream().mapToInt(NodeResult::received).sum();
    String text = "twine sandbox  " + elapsed.toSeconds() + " s  sent " + sent + "  received "
        + received + "  sessions " + counts(sessions) + "\n\n"
        + result.text(Math.max(1, rows - OTHER_LINES)) + "\n\nCtrl-C ends it\n";
    return "\u001b[H" + text.replace("\n", "\u001b[K\n") + "\u001b[J";
  }

  private static String counts(List<Integer> sessions) {
    if (sessions.size() <= MAX_SESSION_COUNTS) {
      return sessions.toString();
    }
    return Collections.min(sessions) + " to " + Collections.max(sessions) + " each";
  }

  /** The height of the terminal of this process, as the system tells; 24 if it does not. */
  static int terminalRows() {
    try {
      Process asked = new ProcessBuilder("stty", "size")
          .redirectInput(new File("/dev/tty"))
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      if (!asked.waitFor(ASK_SECONDS, TimeUnit.SECONDS)) {
        asked.destroyForcibly();
        return DEFAULT_ROWS;
      }
      return rows(new String(asked.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return DEFAULT_ROWS; // No such program, or no such terminal.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return DEFAULT_ROWS;
    }
  }

  /** Of "rows columns"; a terminal that does not know its size says 0. */
  static int rows(String size) {
    String first = size.strip().split(" ", 2)[0];
    int rows = first.matches("[0-9]{1,5}") ? Integer.parseInt(first) : 0;
    return rows == 0 ? DEFAULT_ROWS : Math.min(rows, MAX_ROWS);
  }
}
