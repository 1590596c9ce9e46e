package dev.twine.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one process for each language and setting: starting them anew for every test would take most
 * of the time. At most {@link #MAX_PROCESSES} run, and those that start; the one that was used longest
 * ago makes room, so that no test loses its own while others start theirs. Any thread.
 */
public final class PeerPool implements AutoCloseable {
  /** A process in Node takes 100 MB. */
  public static final int MAX_PROCESSES = 12;

  private final PeerBuilds builds;
  private final Optimisation optimisation;
  private final Path logs;
  private final Map<Language, PeerProgram> programs = new EnumMap<>(Language.class);
  private final Map<String, CompletableFuture<PeerProcess>> processes = new HashMap<>();

  /** What the peers complain of goes to one file for each language in the directory. */
  public PeerPool(PeerBuilds builds, Optimisation optimisation, Path logs) {
    this.builds = builds;
    this.optimisation = optimisation;
    this.logs = logs;
  }

  /**
   * Returns the process, building and starting it if need be.
   *
   * @throws PeerUnavailable if a tool is missing
   * @throws PeerFailure if the build or the start fails
   */
  public PeerProcess get(Language language, Setting setting) {
    String key = language + " " + setting;
    CompletableFuture<PeerProcess> starting = new CompletableFuture<>();
    CompletableFuture<PeerProcess> known = find(key, starting);
    if (known != null) {
      return await(known);
    }
    try {
      starting.complete(start(language, setting));
    } catch (RuntimeException failed) {
      forget(key);
      starting.completeExceptionally(failed);
    }
    return await(starting);
  }

  /** Starts a process of the caller's own, which closes it; otherwise like {@link #get}. */
  public PeerProcess start(Language language, Setting setting) {
    return PeerProcess.start(program(language), setting, log(language));
  }

  private PeerProgram program(Language language) {
    synchronized (programs) {
      return programs.computeIfAbsent(language, one -> builds.get(one, optimisation));
    }
  }

  /** Returns what is there, or null after the new one has taken the place. */
  private synchronized @Nullable CompletableFuture<PeerProcess> find(
      String key, CompletableFuture<PeerProcess> starting) {
    CompletableFuture<PeerProcess> known = processes.get(key);
    if (known == null) {
      if (processes.size() >= MAX_PROCESSES) {
        makeRoom();
      }
      processes.put(key, starting);
    }
    return known;
  }

  private void makeRoom() {
    processes.values().stream()
        .filter(process -> process.isDone() && !process.isCompletedExceptionally())
        .map(CompletableFuture::join)
        .min(Comparator.comparingLong(PeerProcess::lastUsedNanos))
        .ifPresent(unused -> {
          processes.values().removeIf(process -> process.getNow(null) == unused);
          unused.close();
        });
  }

  private synchronized void forget(String key) {
    processes.remove(key);
  }

  private static PeerProcess await(CompletableFuture<PeerProcess> process) {
    try {
      PeerProcess peer = process.join();
      peer.used();
      return peer;
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  private Path log(Language language) {
    try {
      return Files.createDirectories(logs).resolve(language.title() + ".log");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Ends all processes. */
  @Override
  public synchronized void close() {
    processes.values().forEach(process -> process.thenAccept(PeerProcess::close));
    processes.clear();
  }
}
