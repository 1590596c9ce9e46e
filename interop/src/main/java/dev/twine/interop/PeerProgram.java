package dev.twine.interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A peer that has been built.
 *
 * @param title the language, for messages and logs
 * @param directory where it runs
 * @param command what starts it, without the options of the peer
 */
public record PeerProgram(String title, Path directory, List<String> command) {
  /** Copies the list. */
  public PeerProgram {
    command = List.copyOf(command);
  }

  static PeerProgram of(Recipe recipe, Path directory) {
    List<String> command = new ArrayList<>(recipe.interpreter());
    command.add(directory.resolve(recipe.kept()).toString());
    return new PeerProgram(recipe.title(), directory, command);
  }
}
