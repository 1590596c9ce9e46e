package dev.twine.libp2p.core.identify;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the peer of one connection, and when it may push again. No I/O, no clock. Any
 * thread.
 */
final class PeerState {
  /** A peer whose addresses change more often has nothing to say. */
  static final long PUSH_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(5);

  private IdentifyInfo info = IdentifyInfo.UNKNOWN;
  private boolean known;
  private boolean pushed;
  private boolean refreshing;
  private long lastPushNanos;
  private @Nullable CompletableFuture<IdentifyInfo> request;

  /** What {@link #admitPush} answers. */
  enum Push {
    ADMITTED,
    REFUSED,
    /** Refused, and what it would have said has to be asked for once the interval is over. */
    REFUSED_ASK_LATER
  }

  synchronized Push admitPush(long nowNanos) {
    if (!pushed || nowNanos - lastPushNanos >= PUSH_INTERVAL_NANOS) {
      pushed = true;
      lastPushNanos = nowNanos;
      return Push.ADMITTED;
    }
    boolean first = !refreshing;
    refreshing = true;
    return first ? Push.REFUSED_ASK_LATER : Push.REFUSED;
  }

  /** How long until the next push is admitted. */
  synchronized long nanosToNextPush(long nowNanos) {
    return Math.max(0, lastPushNanos + PUSH_INTERVAL_NANOS - nowNanos);
  }

  /** The asking that {@link Push#REFUSED_ASK_LATER} demanded has begun. */
  synchronized void refreshed() {
    refreshing = false;
  }

  /** The request under way, or null after having noted this one as it. */
  synchronized @Nullable CompletableFuture<IdentifyInfo> joinOr(
      CompletableFuture<IdentifyInfo> mine) {
    CompletableFuture<IdentifyInfo> running = request;
    if (running != null && !running.isDone()) {
      return running;
    }
    request = mine;
    return null;
  }

  /** Merges what came in; a record only if its signature holds. */
  synchronized IdentifyInfo apply(IdentifyDraft draft, Optional<PeerRecord> newest) {
    info = draft.applyTo(info, newest.isPresent() ? newest : info.record());
    known = true;
    return info;
  }

  synchronized Optional<IdentifyInfo> info() {
    return known ? Optional.of(info) : Optional.empty();
  }
}
