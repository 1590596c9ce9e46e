package dev.twine.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The cache of builds, with a shell script in the place of a compiler. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PeerBuildsTest {
  private static final Recipe COPY = recipe("cp source peer && echo x >> ../count");

  @TempDir
  private Path cache;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @Test
  void whatIsBuiltOnceIsFoundAgain() throws IOException {
    PeerProgram first = builds(Map.of()).get(COPY, sources("one"));
    PeerProgram second = builds(Map.of()).get(COPY, sources("one"));

    assertThat(second).isEqualTo(first);
    assertThat(Path.of(first.command().get(0))).hasContent("one");
    assertThat(count()).isEqualTo(1);
    assertThat(said()).contains("interop: built fake in 0 s");
  }

  @Test
  void otherSourcesAndOtherCommandsAreBuiltAnew() throws IOException {
    PeerBuilds builds = builds(Map.of());
    Path first = builds.get(COPY, sources("one")).directory();
    Path second = builds.get(COPY, sources("two")).directory();
    Path third =
        builds.get(recipe("cp source peer; echo x >> ../count"), sources("two")).directory();

    assertThat(List.of(first, second, third)).doesNotHaveDuplicates().allMatch(Files::isDirectory);
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void theThreeNewestBuildsStay() throws IOException {
    for (String text : List.of("a", "b", "c", "d", "e")) {
      builds(Map.of()).get(COPY, sources(text));
    }
    try (Stream<Path> all = Files.list(cache)) {
      assertThat(all.filter(path -> path.getFileName().toString().startsWith("fake-")))
          .hasSize(3);
    }
  }

  @Test
  void aProductThatLiesElsewhereBecomesPartOfTheBuild() {
    Recipe recipe = new Recipe(
        "fake",
        List.of("sh"),
        List.of("sh", "-c", "mkdir -p ../objects && cp source ../objects/peer"),
        "../objects/peer",
        List.of());

    PeerProgram program = builds(Map.of()).get(recipe, sources("one"));
    assertThat(Path.of(program.command().get(0))).hasContent("one").startsWith(program.directory());
  }

  @Test
  void aBuildThatFailsSaysWhyAndLeavesNothingThatLooksBuilt() {
    Recipe broken = recipe("echo no such crate; exit 3");

    assertThatThrownBy(() -> builds(Map.of()).get(broken, sources("one")))
        .isInstanceOf(PeerFailure.class)
        .hasMessageContaining("build of fake failed")
        .hasMessageContaining("no such crate");
    assertThatThrownBy(() -> builds(Map.of()).get(broken, sources("one")))
        .isInstanceOf(PeerFailure.class);
  }

  @Test
  void twoWhoAskAtOnceGetOneBuild() throws IOException {
    List<CompletableFuture<PeerProgram>> asked = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      asked.add(CompletableFuture.supplyAsync(() -> builds(Map.of()).get(COPY, sources("one"))));
    }
    assertThat(asked.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void aMissingToolLeavesThePeerOutAndIsNamed() {
    assertThatThrownBy(() -> builds(Map.of("PATH", "")).get(COPY, sources("one")))
        .isInstanceOf(PeerUnavailable.class)
        .hasMessage("interop: no sh on the path: fake is left out");
    assertThat(said()).isEqualToIgnoringNewLines("interop: no sh on the path: fake is left out");
  }

  @Test
  void aMissingToolFailsWhereNothingMayBeLeftOut() {
    assertThatThrownBy(() -> builds(Map.of("PATH", "", "CI", "true")).get(COPY, sources("one")))
        .isInstanceOf(PeerFailure.class)
        .hasMessageContaining("no sh on the path")
        .hasMessageContaining("install it");
  }

  @Test
  void theSourcesOfEveryPeerComeWithTheModule() {
    assertThat(PeerSources.of("go").files()).containsKeys("go.mod", "go.sum", "main.go");
    assertThat(PeerSources.of("rust").files())
        .containsKeys("Cargo.toml", "Cargo.lock", "build.rs", "src/main.rs");
    assertThat(PeerSources.of("js").files()).containsKeys("package-lock.json", "main.js");
  }

  @Test
  void theCacheIsTheUsers() {
    assertThat(PeerBuilds.userCache(Map.of("XDG_CACHE_HOME", "/somewhere/cache")))
        .isEqualTo(Path.of("/somewhere/cache/twine/peers"));
    assertThat(PeerBuilds.userCache(Map.of("XDG_CACHE_HOME", "relative")))
        .isEqualTo(PeerBuilds.userCache(Map.of()))
        .isEqualTo(Path.of(System.getProperty("user.home"), ".cache", "twine", "peers"));
  }

  private static Recipe recipe(String script) {
    return new Recipe("fake", List.of("sh"), List.of("sh", "-c", script), "peer", List.of());
  }

  private static PeerSources sources(String content) {
    return new PeerSources(
        new TreeMap<>(Map.of("source", content.getBytes(StandardCharsets.UTF_8))));
  }

  private PeerBuilds builds(Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.putIfAbsent("PATH", System.getenv("PATH"));
    return new PeerBuilds(cache, environment, new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  private long count() throws IOException {
    return Files.readAllLines(cache.resolve("count")).size();
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }
}
