package dev.twine.interop;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Builds the programs of the peers and keeps one process for each language and setting: starting
 * them anew for every test would take most of the time. They end with the JVM.
 */
final class PeerPool {
  /** Half an hour for a first build on a small machine. */
  private static final long BUILD_MINUTES = 30;

  private static final Path LOGS = Path.of("target", "peers");
  private static final Map<Language, Optional<String>> BUILDS = new HashMap<>();
  private static final Map<String, PeerProcess> PROCESSES = new HashMap<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(PeerPool::closeAll));
  }

  private PeerPool() {}

  /** Skips the test if a tool is missing; fails it if the build does. */
  static synchronized PeerProcess get(Language language, Setting setting) {
    Optional<String> obstacle = BUILDS.computeIfAbsent(language, PeerPool::build);
    if (obstacle.isPresent()) {
      return abort(obstacle.get());
    }
    return PROCESSES.computeIfAbsent(
        language + " " + setting,
        key -> PeerProcess.start(language, setting, LOGS.resolve(language.title() + ".log")));
  }

  private static Optional<String> build(Language language) {
    for (String tool : language.tools()) {
      if (!isOnPath(tool)) {
        String reason =
            "interop: no " + tool + " on the path: " + language.title() + " is left out";
        System.out.println(reason);
        return Optional.of(reason);
      }
    }
    try {
      Files.createDirectories(LOGS);
      if (language != Language.JS) {
        run(language);
      } else if (!isInstalled()) {
        run(language);
        Files.copy(lock(), installedLock());
      }
      return Optional.empty();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** npm has no quick way to find out. */
  private static boolean isInstalled() throws IOException {
    return Files.exists(installedLock()) && Files.mismatch(lock(), installedLock()) < 0;
  }

  private static Path lock() {
    return Language.JS.directory().resolve("package-lock.json");
  }

  private static Path installedLock() {
    return Language.JS.directory().resolve("node_modules/.installed-lock.json");
  }

  private static void run(Language language) throws IOException {
    Path log = LOGS.resolve("build-" + language.title() + ".log");
    long started = System.nanoTime();
    Process process = new ProcessBuilder(language.build())
        .directory(language.directory().toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    try {
      if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException("build of " + language.title() + ": too slow: see " + log);
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "build of " + language.title() + ": interrupted", interrupted);
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          "build of " + language.title() + " failed:\n" + Files.readString(log));
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
    System.out.println("interop: built " + language.title() + " in " + seconds + " s");
  }

  private static boolean isOnPath(String tool) {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, tool))) {
        return true;
      }
    }
    return false;
  }

  private static synchronized void closeAll() {
    PROCESSES.values().forEach(PeerProcess::close);
  }
}
