package dev.twine.libp2p;

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
import org.junit.jupiter.api.Test;

/** The catalogue of attacks names tests that exist. */
class AttackCatalogueTest {
  private static final Path ROOT = Path.of("..", "..");
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

  @Test
  void everyTestThatTheCatalogueNamesExists() throws IOException {
    Map<String, String> sources = new HashMap<>();
    read(ROOT.resolve("libp2p/core/src/test/java"), sources);
    read(ROOT.resolve("identity/src/test/java"), sources);
    String catalogue = Files.readString(ROOT.resolve("docs/libp2p-attacks.md"));

    List<String> missing = new ArrayList<>();
    int found = 0;
    var named = NAMED.matcher(catalogue);
    while (named.find()) {
      String source = sources.getOrDefault(named.group(1), "");
      if (source.contains(" " + named.group(2) + "(")) {
        found++;
      } else {
        missing.add(named.group());
      }
    }
    assertThat(missing).isEmpty();
    assertThat(found).isGreaterThan(50);
  }

  private static void read(Path folder, Map<String, String> sources) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(one -> one.toString().endsWith("Test.java")).toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        sources.merge(name, Files.readString(file), String::concat);
      }
    }
  }
}
