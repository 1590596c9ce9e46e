package dev.twine.gossip;

import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.Registration;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Looks for nodes that were lost, also while the mesh has all the sessions that it wants: one dial at
 * a time, so many a minute and no more, whatever the size of the network. Else a network that was split
 * for long stays so, as both parts have filled their meshes among themselves.
 *
 * <p>What it finds is a session of the mesh in addition to the others, of which as many give their
 * places at a later review: those that brought least, see {@link MeshUpkeep}.
 */
final class MeshFeeler {
  /** Nodes that lost the same one at the same time do not all dial it at the same time. */
  static final double JITTER = 0.25;

  /** A node that answered and refused, as a full one does, is not lost, and is not to be pestered. */
  static final Duration REFUSED = Duration.ofMinutes(2);

  private final Core core;
  private final Mesh mesh;
  private final MeshConfig config;
  private final Random random;
  private final List<Session> found = new ArrayList<>();
  private boolean dialling;
  private boolean running;
  private Registration next = () -> {};

  MeshFeeler(Core core, Mesh mesh) {
    this.core = core;
    this.mesh = mesh;
    config = core.config().traffic().mesh();
    // Apart from the mesh's own random, so that neither changes what the other draws.
    random = new Random(config.seed() + 3);
  }

  synchronized void start() {
    running = true;
    schedule();
  }

  synchronized void close() {
    running = false;
    next.close();
  }

  /**
   * How many it has found by then and not told of before, which are open still and are to take the
   * places of others. Those found later are left for the next time.
   */
  synchronized int settle(long openedBeforeNanos) {
    found.removeIf(session -> !session.isOpen());
    int before = found.size();
    found.removeIf(session -> session.openedNanos - openedBeforeNanos <= 0);
    return before - found.size();
  }

  private void schedule() {
    if (running) {
      double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
      var pause = Duration.ofNanos((long) (config.feelerInterval().toNanos() * factor));
      next = core.clock().schedule(pause, this::look);
    }
  }

  /** On the clock's thread. */
  private void look() {
    if (!begin()) {
      return;
    }
    mesh.dialLost(random)
        .ifPresentOrElse(
            dial -> dial.outcome().whenComplete((session, failure) -> {
              done(session);
              if (failure instanceof TwineException refused && refused.code() == Code.REFUSED) {
                mesh.rest(dial.address(), REFUSED);
              }
            }),
            this::nobody);
  }

  private synchronized boolean begin() {
    schedule();
    found.removeIf(session -> !session.isOpen());
    boolean may = running && !dialling && found.size() < room();
    dialling |= may;
    return may;
  }

  /** Half as many as the mesh wants, so that what they cost until the review is bounded. */
  private int room() {
    return (config.fanout() + 1) / 2;
  }

  private synchronized void nobody() {
    dialling = false;
  }

  private void done(@Nullable Session session) {
    core.counters().count(Counters.FEELERS, "result", session == null ? "failed" : "found");
    synchronized (this) {
      dialling = false;
      if (session != null && session.terms.direction() == Direction.OUT) {
        found.add(session);
      }
    }
  }
}
