package dev.twine.node.admin;

import dev.twine.network.GossipNode;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether a node does what it is there for: it is started and, if it was told to stay connected with
 * somebody, it has had a session since, or {@value #GRACE_SECONDS} seconds are over, because a
 * network must be able to start while all its nodes wait for each other. Once ready it stays so; the
 * peers of a moment are in the metrics. Any thread may ask.
 */
final class Readiness {
  static final int GRACE_SECONDS = 30;

  private final GossipNode node;
  private final long end;
  private final LongSupplier nanoClock;
  private volatile boolean ready;

  Readiness(ManagedNode managed, LongSupplier nanoClock) {
    this.node = managed.node();
    this.end = managed.startedNanos() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
    this.nanoClock = nanoClock;
    this.ready = !managed.awaitsPeers();
  }

  boolean isReady() {
    if (!ready && (nanoClock.getAsLong() - end >= 0 || !node.peers().list().isEmpty())) {
      ready = true;
    }
    return ready;
  }
}
