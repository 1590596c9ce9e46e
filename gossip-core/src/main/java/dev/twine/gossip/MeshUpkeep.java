package dev.twine.gossip;

import dev.twine.gossip.MeshReview.Standing;
import dev.twine.network.Registration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Gives up a session of the mesh now and then for another node; see {@link MeshReview}. */
final class MeshUpkeep {
  private final Core core;
  private final Mesh mesh;
  private final MeshReview review;
  private @Nullable Long progressNanos;
  private boolean running;
  private Registration next = () -> {};

  MeshUpkeep(Core core, Mesh mesh) {
    this.core = core;
    this.mesh = mesh;
    review = new MeshReview(new Random(core.config().traffic().mesh().seed() + 2));
  }

  synchronized void start() {
    running = true;
    schedule();
  }

  synchronized void close() {
    running = false;
    next.close();
  }

  /** The application gets on. */
  synchronized void progressed() {
    progressNanos = core.clock().nanoTime();
  }

  private synchronized void schedule() {
    if (running) {
      next = core.clock().schedule(MeshReview.PAUSE, this::look);
    }
  }

  /** On the clock's thread. */
  private void look() {
    List<Session> chosen = mesh.chosen();
    List<Standing> standing = chosen.stream()
        .map(one -> new Standing(one.ref.number(), one.delivered.get()))
        .toList();
    boolean stalled = isStalled();
    CloseReason.Kind kind = stalled ? CloseReason.Kind.CLIQUE : CloseReason.Kind.LEAST_USEFUL;
    judge(standing, stalled)
        .filter(one -> mesh.isFullWithSpare())
        .flatMap(one -> chosen.stream()
            .filter(session -> session.ref.number() == one.session())
            .findFirst())
        .ifPresent(session -> session.close(CloseReason.of(kind)));
    schedule();
  }

  private synchronized Optional<Standing> judge(List<Standing> standing, boolean stalled) {
    Optional<Standing> least = review.leastUseful(standing);
    return stalled ? review.anyone(standing) : least;
  }

  private synchronized boolean isStalled() {
    Long last = progressNanos;
    return last != null && core.clock().nanoTime() - last >= MeshReview.PAUSE.toNanos();
  }
}
