package dev.twine.node.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A libp2p program of another maker that {@code twine bench stream} and {@code twine bench
 * handshake} measure beside Twine's.
 *
 * <p>Found by {@link java.util.ServiceLoader}: an implementation has a public constructor without
 * parameters and is named both in {@code META-INF/services} and in its module declaration.
 */
public interface StreamBaseline {
  /** What the command line calls it: one lower-case word, such as {@code go}. */
  String name();

  /** Whether the program knows the commands of {@code twine bench broadcast} too. */
  default boolean broadcasts() {
    return false;
  }

  /**
   * Builds the program if it is not built yet, which may take minutes.
   *
   * @throws IOException if a tool is missing or the build fails; the message says what to do
   */
  Program program() throws IOException, InterruptedException;

  /**
   * A program that speaks the language of the peers ({@code interop/README.md}).
   *
   * @param command with its arguments; a JSON object with the settings follows as the last
   * @param directory to start it in
   */
  record Program(List<String> command, Path directory) {
    public Program {
      command = List.copyOf(command);
    }
  }
}
