package dev.twine.node.load;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.bench.StreamBaseline;
import dev.twine.node.text.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** The baselines that are programs of their own. */
final class Programs {
  private Programs() {}

  static List<StreamBaseline> all() {
    return ServiceLoader.load(StreamBaseline.class).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /**
   * Builds a program if it is not built yet.
   *
   * @param progress takes a line before that
   * @throws TwineException if it cannot be built
   * @throws IllegalArgumentException if there is none of that name
   */
  static StreamBaseline.Program build(String name, Consumer<String> progress)
      throws InterruptedException {
    StreamBaseline baseline = all().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no baseline " + name));
    progress.accept("building " + name + " if it is not built yet");
    try {
      return baseline.program();
    } catch (IOException e) {
      throw new TwineException(
          Code.BAD_VALUE, "a baseline cannot be built", name, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * How it is started with those settings.
   *
   * @param stack its name, for a program that is several
   */
  static List<String> command(
      StreamBaseline.Program program, String stack, String transport, String security) {
    var command = new ArrayList<>(program.command());
    command.add(Json.line(Json.object()
        .put("stack", stack)
        .put("transport", transport)
        .put("security", security)
        .put("earlyMuxer", true)
        .put("key", "ed25519")
        .put("ping", false)));
    return command;
  }
}
