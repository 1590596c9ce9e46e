package dev.twine.gossip;

import dev.twine.network.NodeEvent;
import dev.twine.network.Registration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the peerstore in its file: read when the node starts, written now and then if something is
 * new, and when it closes. Writing has a thread of its own, and one task at a time.
 */
final class PeerstoreSaver {
  private static final Logger LOG = LoggerFactory.getLogger(PeerstoreSaver.class);

  /** What a node that is killed may forget. */
  static final Duration PAUSE = Duration.ofSeconds(30);

  private final Core core;
  private final Mesh mesh;
  private final @Nullable PeerstoreFile file;
  private List<SavedAddress> written = List.of();
  private boolean failed;
  private boolean unread;
  private volatile boolean running;
  private volatile Registration next = () -> {};

  PeerstoreSaver(Core core, Mesh mesh) {
    this.core = core;
    this.mesh = mesh;
    Path path = core.config().traffic().discovery().peerstore();
    int room = core.limits().discovery().addresses();
    file = path == null ? null : new PeerstoreFile(path, room);
  }

  /** Reads the file, once, on a thread that may wait. A file that cannot be read costs what is in it. */
  synchronized void load() {
    if (file == null) {
      return;
    }
    try {
      written = file.read();
      mesh.restore(written);
    } catch (PeerstoreFile.DamagedException e) {
      warn("damaged file of known peers", e, "the node starts without it");
    } catch (IOException e) {
      unread = true; // And so not to be written over.
      warn("cannot read the file of known peers", e, "see that this user can read and write it");
    }
  }

  void start() {
    if (file != null) {
      running = true;
      schedule();
    }
  }

  /** Ends the timer; {@link #save} is still to be called. */
  void close() {
    running = false;
    next.close();
  }

  /** Writes what is new. Waits for the disk. */
  synchronized void save() {
    if (file == null || unread) {
      return;
    }
    List<SavedAddress> known = mesh.saved();
    if (known.equals(written)) {
      return;
    }
    try {
      file.write(known);
      written = known;
      failed = false;
    } catch (IOException e) {
      if (!failed) {
        warn("cannot write the file of known peers", e, "make room, or give another directory");
      }
      failed = true;
    }
  }

  private void schedule() {
    next = core.clock().schedule(PAUSE, this::due);
    if (!running) {
      next.close();
    }
  }

  private void due() {
    if (!running) {
      return;
    }
    try {
      core.executors().storage.execute(this::save);
    } catch (RejectedExecutionException busyOrEnded) {
      // The one before is still waiting for the disk, and will write this too.
    }
    schedule();
  }

  private void warn(String what, IOException e, String remedy) {
    String text = what + ": " + file + " (" + e.getMessage() + "): " + remedy;
    LOG.warn("{}", text);
    core.event(new NodeEvent.Warning(core.clock().now(), text));
  }
}
