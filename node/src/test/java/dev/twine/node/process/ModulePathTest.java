package dev.twine.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The modules name all that they need: nothing is on the class path here. */
@Tag("process")
class ModulePathTest {
  @Test
  void nodesOnTheModulePathMeetAndTalk(@TempDir Path directory) {
    try (TwineNode a = start(directory, "a");
        TwineNode b = start(directory, "b", "--peer", a.p2p())) {
      TwineProcess.await(
          () -> a.knows(b.id()) && b.knows(a.id()), Duration.ofSeconds(15), "a and b are peers");
      try (TwineProcess listener =
          b.run("listen", "--count", "1", "--timeout", "30s", "-o", "json")) {
        listener.awaitErr("listening");

        JsonNode sent = a.json("send", "between modules");

        assertThat(sent.get("accepted").asInt()).isOne();
        JsonNode heard = TwineProcess.parse(listener.succeeded());
        assertThat(heard.get("text").asText()).isEqualTo("between modules");
        assertThat(heard.get("origin").asText()).isEqualTo(a.id());
      }
      a.process().terminate();
      assertThat(a.process().awaitExit(Duration.ofSeconds(5))).isZero();
      // Warnings of the module system would go there before everything else.
      assertThat(b.process().err()).noneMatch(line -> line.contains("WARNING"));
    }
  }

  private static TwineNode start(Path directory, String name, String... more) {
    var args = new ArrayList<>(List.of("--p2p-listen", TwineNode.P2P_LISTEN));
    args.addAll(List.of(more));
    return TwineNode.begin(Application.onModulePath(), directory, name, args).ready();
  }
}
