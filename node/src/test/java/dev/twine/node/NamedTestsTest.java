package dev.twine.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents that say which test shows what name tests that exist. */
class NamedTestsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NAMED = Pattern.compile("`(?:\\w+\\.)*(\\w+Test)[.#](\\w+)`");

  @ParameterizedTest
  @CsvSource({"libp2p-attacks.md, 50", "behaviour.md, 90", "fuzzing.md, 30"})
  void everyTestThatADocumentNamesExists(String document, int atLeast) throws IOException {
    Map<String, String> sources = sources();
    List<String> missing = new ArrayList<>();
    int found = 0;
    var named = NAMED.matcher(Files.readString(ROOT.resolve("docs").resolve(document)));
    while (named.find()) {
      String source = sources.getOrDefault(named.group(1), "");
      if (source.contains(" " + named.group(2) + "(")) {
        found++;
      } else {
        missing.add(named.group());
      }
    }
    assertThat(missing).isEmpty();
    assertThat(found).isGreaterThan(atLeast);
  }

  /** By the simple name of the class; classes of one name are taken together. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (Path parent : List.of(ROOT, ROOT.resolve("libp2p"))) {
      try (Stream<Path> modules = Files.list(parent)) {
        for (Path module : modules.toList()) {
          read(module.resolve("src/test/java"), sources);
        }
      }
    }
    return sources;
  }

  private static void read(Path folder, Map<String, String> sources) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(one -> one.toString().endsWith("Test.java")).toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        sources.merge(name, Files.readString(file), String::concat);
      }
    }
  }
}
