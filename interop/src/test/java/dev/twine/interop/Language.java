package dev.twine.interop;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A foreign library: how its peer is built and started. */
enum Language {
  GO(List.of("go"), List.of("go", "build", "-o", "target/peer", "."), List.of("target/peer"), 1000),
  /** One job at a time would be too slow, more than two too much for a small machine. */
  RUST(
      List.of("cargo"),
      List.of("cargo", "build", "--quiet", "--locked", "--jobs", "2", "--profile", "quick"),
      List.of("target/quick/peer"),
      1000),
  /** Its default is 32 inbound streams of one protocol on a connection. */
  JS(
      List.of("node", "npm"),
      List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"),
      List.of("node", "main.js"),
      30);

  private final List<String> tools;
  private final List<String> build;
  private final List<String> start;
  private final int streamsAtOnce;

  Language(List<String> tools, List<String> build, List<String> start, int streamsAtOnce) {
    this.tools = tools;
    this.build = build;
    this.start = start;
    this.streamsAtOnce = streamsAtOnce;
  }

  /** What has to be on the path. */
  List<String> tools() {
    return tools;
  }

  List<String> build() {
    return build;
  }

  List<String> start() {
    return start;
  }

  int streamsAtOnce() {
    return streamsAtOnce;
  }

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All, or those that the property {@code twine.interop.peers} names, such as {@code go,js}. */
  static List<Language> chosen() {
    String names = System.getProperty("twine.interop.peers", "go,rust,js");
    return Stream.of(names.split(","))
        .map(name -> valueOf(name.toUpperCase(Locale.ROOT)))
        .toList();
  }

  Path directory() {
    return Path.of("peers", title()).toAbsolutePath();
  }
}
