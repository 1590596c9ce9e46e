package dev.twine.gossip;

import dev.twine.gossip.MeshReview.Standing;
import dev.twine.network.Registration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives up a session of the mesh now and then for another node; see {@link MeshReview}. For each one
 * that the {@link MeshFeeler} has found it gives up the one that brought least, once that one has been
 * there as long as the others.
 */
final class MeshUpkeep {
  private final Core core;
  private final Mesh mesh;
  private final MeshFeeler feeler;
  private final MeshReview review;
  private @Nullable Long progressNanos;
  private boolean running;
  private Registration next = () -> {};

  MeshUpkeep(Core core, Mesh mesh, MeshFeeler feeler) {
    this.core = core;
    this.mesh = mesh;
    this.feeler = feeler;
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

  /** Who gives up its place, and why. */
  private record Verdict(List<Standing> on, CloseReason.Kind kind) {}

  /** On the clock's thread. */
  private void look() {
    List<Session> chosen = mesh.chosen();
    List<Standing> standing = chosen.stream()
        .map(one -> new Standing(one.ref.number(), one.delivered.get()))
        .toList();
    Verdict verdict = judge(standing);
    Set<Long> numbers = verdict.on.stream().map(Standing::session).collect(Collectors.toSet());
    chosen.stream()
        .filter(session -> numbers.contains(session.ref.number()))
        .forEach(session -> session.close(CloseReason.of(verdict.kind)));
    schedule();
  }

  /** As many as were found before the last review, or one in whose place another is to be tried. */
  private synchronized Verdict judge(List<Standing> standing) {
    List<Standing> gains = review.gains(standing);
    int found = feeler.settle(core.clock().nanoTime() - MeshReview.PAUSE.toNanos());
    int surplus = Math.min(Math.min(found, mesh.surplus()), gains.size());
    if (surplus > 0) {
      return new Verdict(gains.subList(0, surplus), CloseReason.Kind.LEAST_USEFUL);
    }
    boolean stalled = isStalled();
    Optional<Standing> one = stalled ? review.anyone(standing) : MeshReview.leastUseful(gains);
    return new Verdict(
        one.filter(any -> mesh.isFullWithSpare()).stream().toList(),
        stalled ? CloseReason.Kind.CLIQUE : CloseReason.Kind.LEAST_USEFUL);
  }

  private synchronized boolean isStalled() {
    Long last = progressNanos;
    return last != null && core.clock().nanoTime() - last >= MeshReview.PAUSE.toNanos();
  }
}
