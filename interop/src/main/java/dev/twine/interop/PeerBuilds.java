package dev.twine.interop;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Builds the peers and keeps what it built in a folder of the user, by a hash of all it was made of:
 * {@code $XDG_CACHE_HOME/twine/peers}, or {@code ~/.cache/twine/peers}. One build of a language runs
 * at a time, whichever process asks; a finished one appears whole or not at all. Any thread.
 *
 * <p>What it does and why it could not is said on the stream that it was given.
 */
public final class PeerBuilds {
  /** For a first build on a small machine. */
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(30);

  /** Older ones stay for other checkouts of the same user. */
  private static final int BUILDS_KEPT = 3;

  private static final long POLL_MILLIS = 200;
  private static final int COMPLAINT_CHARACTERS = 4000;

  private final Path cache;
  private final Map<String, String> environment;
  private final PrintStream out;

  PeerBuilds(Path cache, Map<String, String> environment, PrintStream out) {
    this.cache = cache;
    this.environment = Map.copyOf(environment);
    this.out = out;
  }

  /** Those of the user that runs this. */
  public static PeerBuilds inUserCache(PrintStream out) {
    return new PeerBuilds(userCache(System.getenv()), System.getenv(), out);
  }

  static Path userCache(Map<String, String> environment) {
    Path named = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
    Path base = named.isAbsolute() ? named : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("twine").resolve("peers");
  }

  /**
   * Returns the peer in that language, building it if need be, which takes minutes.
   *
   * @throws PeerUnavailable if a tool is missing
   * @throws PeerFailure if the build fails, or if a tool is missing and the variable {@code CI} is
   *     {@code true}: what runs there must not test less than it seems to
   */
  public PeerProgram get(Language language, Optimisation optimisation) {
    return get(language.recipe(optimisation), PeerSources.of(language.title()));
  }

  PeerProgram get(Recipe recipe, PeerSources sources) {
    recipe.tools().forEach(tool -> require(tool, recipe.title()));
    try {
      Files.createDirectories(cache);
      Path file = cache.resolve(recipe.title() + ".lock");
      try (FileChannel lock =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        take(lock, recipe.title());
        return PeerProgram.of(recipe, buildOnce(recipe, sources));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new PeerFailure("build of " + recipe.title() + ": interrupted", interrupted);
    }
  }

  private void require(String tool, String title) {
    if (isOnPath(tool)) {
      return;
    }
    String what = "interop: no " + tool + " on the path: " + title;
    if ("true".equals(environment.get("CI"))) {
      throw new PeerFailure(what + " cannot be left out where CI is true: install it", null);
    }
    out.println(what + " is left out");
    throw new PeerUnavailable(what + " is left out");
  }

  private boolean isOnPath(String tool) {
    for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, tool))) {
        return true;
      }
    }
    return false;
  }

  /** Waits for another build, of this process or another one. Closing the file gives it back. */
  private void take(FileChannel lock, String title) throws IOException, InterruptedException {
    long end = System.nanoTime() + BUILD_LIMIT.toNanos();
    while (System.nanoTime() - end < 0) {
      try {
        if (lock.tryLock() != null) {
          return;
        }
      } catch (OverlappingFileLockException heldByThisProcess) {
        // The same wait as for another one.
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new PeerFailure("build of " + title + ": another one holds the lock in " + cache, null);
  }

  private Path buildOnce(Recipe recipe, PeerSources sources)
      throws IOException, InterruptedException {
    List<String> also = new ArrayList<>(recipe.build());
    also.add(System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    Path built = cache.resolve(recipe.title() + "-" + sources.hash(also));
    if (!Files.isDirectory(built)) {
      Path part = cache.resolve(recipe.title() + ".part");
      deleteTree(part);
      Files.createDirectories(part);
      sources.writeTo(part);
      run(recipe, part);
      Path product = part.resolve(recipe.product());
      if (!product.normalize().startsWith(part)) {
        Files.copy(product, part.resolve(recipe.kept()), StandardCopyOption.COPY_ATTRIBUTES);
      }
      Files.move(part, built, StandardCopyOption.ATOMIC_MOVE);
      deleteAllButTheNewest(recipe.title(), built);
    }
    Files.setLastModifiedTime(built, FileTime.from(Instant.now()));
    return built;
  }

  private void run(Recipe recipe, Path directory) throws IOException, InterruptedException {
    Path log = cache.resolve(recipe.title() + ".log");
    out.println("interop: builds " + recipe.title() + ", which takes a while: see " + log);
    long started = System.nanoTime();
    Process process = new ProcessBuilder(recipe.build())
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    try {
      if (!process.waitFor(BUILD_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new PeerFailure("build of " + recipe.title() + ": too slow: see " + log, null);
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    if (process.exitValue() != 0) {
      String text = Files.readString(log);
      throw new PeerFailure(
          "build of " + recipe.title() + " failed: see " + log + "\n"
              + text.substring(Math.max(0, text.length() - COMPLAINT_CHARACTERS)),
          null);
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
    out.println("interop: built " + recipe.title() + " in " + seconds + " s");
  }

  private void deleteAllButTheNewest(String title, Path built) throws IOException {
    List<Path> others = new ArrayList<>();
    try (Stream<Path> all = Files.list(cache)) {
      all.filter(path -> path.getFileName().toString().startsWith(title + "-"))
          .filter(path -> !path.equals(built))
          .forEach(others::add);
    }
    others.sort(
        Comparator.comparing(path -> path.toFile().lastModified(), Comparator.reverseOrder()));
    for (Path old : others.subList(Math.min(BUILDS_KEPT - 1, others.size()), others.size())) {
      deleteTree(old);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
