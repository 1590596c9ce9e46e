package dev.twine.node.process;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How to start the command that this build has made, without the launcher. */
public final class Application {
  /** Libraries of tests: the command must do without them. */
  private static final List<String> OF_TESTS = List.of(
      "junit",
      "assertj",
      "awaitility",
      "opentest4j",
      "apiguardian",
      "surefire",
      "hamcrest",
      "byte-buddy",
      "leak-check");

  /** Native libraries and direct buffers without warnings, as the launcher has it. */
  private static final int FIRST_TO_WARN = 24;

  private Application() {}

  /** On the class path, as the launcher starts it. */
  static List<String> onClassPath() {
    List<String> command = java();
    command.addAll(List.of("-cp", path(), "dev.twine.node.Main"));
    return command;
  }

  /** On the module path. */
  static List<String> onModulePath() {
    List<String> command = java();
    command.addAll(List.of("-p", path(), "-m", "dev.twine.node/dev.twine.node.Main"));
    return command;
  }

  /** Small, and quick to start: the tests run many of them on two processors. Class path and class follow. */
  public static List<String> java() {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    if (Runtime.version().feature() >= FIRST_TO_WARN) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    return command;
  }

  private static String path() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(all.split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .filter(
            entry -> OF_TESTS.stream().noneMatch(Path.of(entry).getFileName().toString()::contains))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
