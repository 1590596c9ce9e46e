package dev.twine.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps one process for each language and setting: starting them anew for every test would take most
 * of the time. At most {@link #MAX_PROCESSES} run; the one that was asked for longest ago makes
 * room. Any thread.
 */
public final class PeerPool implements AutoCloseable {
  /** A process in Node takes 100 MB. */
  public static final int MAX_PROCESSES = 12;

  private static final float LOAD_FACTOR = 0.75f;

  private final PeerBuilds builds;
  private final Optimisation optimisation;
  private final Path logs;
  private final Map<Language, PeerProgram> programs = new EnumMap<>(Language.class);
  private final Map<String, PeerProcess> processes =
      new LinkedHashMap<>(MAX_PROCESSES, LOAD_FACTOR, true);

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
  public synchronized PeerProcess get(Language language, Setting setting) {
    String key = language + " " + setting;
    PeerProcess known = processes.get(key);
    if (known != null) {
      return known;
    }
    PeerProgram program = programs.get(language);
    if (program == null) {
      program = builds.get(language, optimisation);
      programs.put(language, program);
    }
    makeRoom();
    PeerProcess started = PeerProcess.start(program, setting, log(language));
    processes.put(key, started);
    return started;
  }

  private void makeRoom() {
    Iterator<PeerProcess> eldest = processes.values().iterator();
    while (processes.size() >= MAX_PROCESSES) {
      eldest.next().close();
      eldest.remove();
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
    processes.values().forEach(PeerProcess::close);
    processes.clear();
  }
}
