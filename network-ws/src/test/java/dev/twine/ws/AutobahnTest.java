package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Judges what the Autobahn suite reported of {@link EchoServer}, which ran before the tests. */
@Tag("conformance")
class AutobahnTest {
  /** All of its groups 1 to 7 and 10: a case that was not run has not passed. */
  private static final int CASES = 247;

  /** Late is not wrong: an invalid text is refused when it is complete. */
  private static final Set<String> PASSED = Set.of("OK", "NON-STRICT", "INFORMATIONAL");

  @Test
  void everyCaseOfTheAutobahnSuitePasses() throws IOException {
    Path reports = Path.of(System.getProperty("twine.autobahn", "target"));
    JsonNode agents = new ObjectMapper().readTree(reports.resolve("index.json").toFile());
    assertThat(agents).hasSize(1);
    JsonNode cases = agents.elements().next();

    assertThat(cases.size()).isEqualTo(CASES);
    assertThat(failures(cases)).isEmpty();
  }

  private static Map<String, String> failures(JsonNode cases) {
    var failures = new TreeMap<String, String>();
    cases.properties().forEach(entry -> {
      String behaviour = entry.getValue().path("behavior").asText();
      String close = entry.getValue().path("behaviorClose").asText();
      if (!PASSED.contains(behaviour) || !PASSED.contains(close)) {
        failures.put(entry.getKey(), behaviour + ", close " + close);
      }
    });
    return failures;
  }
}
