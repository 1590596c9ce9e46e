package dev.twine.interop;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A foreign library: the language that its peer is written in. */
public enum Language {
  /** go-libp2p. */
  GO,
  /** rust-libp2p, which has no early muxer negotiation. */
  RUST,
  /** js-libp2p, which takes 32 inbound streams of one protocol on a connection. */
  JS;

  private static final int MANY_STREAMS = 1000;
  private static final int JS_STREAMS = 30;

  /** All, or those that the property {@code twine.interop.peers} names, such as {@code go,js}. */
  public static List<Language> chosen() {
    String names = System.getProperty("twine.interop.peers", "go,rust,js");
    return Stream.of(names.split(",", -1))
        .map(name -> valueOf(name.strip().toUpperCase(Locale.ROOT)))
        .toList();
  }

  /** Its name in output and in the names of files. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How many streams of one protocol a test may hold open on a connection. */
  public int streamsAtOnce() {
    return this == JS ? JS_STREAMS : MANY_STREAMS;
  }

  /** How its peer is built and started. */
  Recipe recipe(Optimisation optimisation) {
    return switch (this) {
      case GO ->
        new Recipe(
            title(), List.of("go"), List.of("go", "build", "-o", "peer", "."), "peer", List.of());
      case RUST -> cargo(optimisation == Optimisation.FIGURES ? "release" : "quick");
      case JS ->
        new Recipe(
            title(),
            List.of("node", "npm"),
            List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
            "main.js",
            List.of("node"));
    };
  }

  /** What it compiled stays beside the builds: a change of the peer alone takes seconds then. */
  private Recipe cargo(String profile) {
    List<String> build = List.of(
        "cargo", "build", "--quiet", "--locked", "--profile", profile, "--target-dir", "../cargo");
    return new Recipe(title(), List.of("cargo"), build, "../cargo/" + profile + "/peer", List.of());
  }
}
