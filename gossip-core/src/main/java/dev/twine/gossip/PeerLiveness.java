package dev.twine.gossip;

import java.time.Duration;

/**
 * Whether a peer gives signs of life, by the time for which it has been silent while we listened:
 * time in which we did not read from it is not its silence.
 *
 * <p>Not safe for use by several threads: belongs to the event loop of its session.
 */
final class PeerLiveness {
  /** How a peer does. */
  enum State {
    ALIVE,
    /** Silent for so long that a ping should be under way. */
    IDLE,
    DEGRADED,
    /** To be disconnected. */
    DEAD
  }

  private final long idleNanos;
  private final long degradedNanos;
  private final long deadNanos;
  /** Silence up to {@link #listeningSince}; all of it while paused. */
  private long silentNanos;

  private long listeningSince;
  private boolean paused;
  private long pausedPingNanos;
  private boolean pinged;

  /** A peer that was just heard. The three durations grow. */
  PeerLiveness(Duration idle, Duration degraded, Duration dead, long nowNanos) {
    if (idle.compareTo(degraded) > 0 || degraded.compareTo(dead) > 0 || idle.isNegative()) {
      throw new IllegalArgumentException(idle + ", " + degraded + ", " + dead + " do not grow");
    }
    idleNanos = idle.toNanos();
    degradedNanos = degraded.toNanos();
    deadNanos = dead.toNanos();
    listeningSince = nowNanos;
  }

  /** Bytes came, of whatever kind. */
  void heard(long nowNanos) {
    silentNanos = 0;
    listeningSince = nowNanos;
    pinged = false;
  }

  /** We stop to read. Twice is harmless. */
  void pause(long nowNanos) {
    silentNanos = silentNanos(nowNanos);
    pausedPingNanos = paused ? pausedPingNanos : nowNanos;
    paused = true;
  }

  /** We read again. Twice is harmless. */
  void resume(long nowNanos) {
    if (paused) {
      paused = false;
      listeningSince = nowNanos;
    }
  }

  State state(long nowNanos) {
    long silent = silentNanos(nowNanos);
    if (silent >= deadNanos) {
      return State.DEAD;
    }
    if (silent >= degradedNanos) {
      return State.DEGRADED;
    }
    return silent >= idleNanos ? State.IDLE : State.ALIVE;
  }

  /**
   * True when it is time for a ping: once per silence; again and again while paused, because the other
   * end, whose pings we do not read, must hear from us.
   */
  boolean pingDue(long nowNanos) {
    if (paused) {
      boolean again = nowNanos - pausedPingNanos >= idleNanos;
      pausedPingNanos = again ? nowNanos : pausedPingNanos;
      return again;
    }
    boolean due = !pinged && silentNanos(nowNanos) >= idleNanos;
    pinged |= due;
    return due;
  }

  /**
   * Nanoseconds until the state changes if nothing is heard; {@link Long#MAX_VALUE} while paused or
   * dead.
   */
  long nextChange(long nowNanos) {
    long silent = silentNanos(nowNanos);
    if (paused || silent >= deadNanos) {
      return Long.MAX_VALUE;
    }
    long next = silent < idleNanos ? idleNanos : silent < degradedNanos ? degradedNanos : deadNanos;
    return next - silent;
  }

  private long silentNanos(long nowNanos) {
    return paused ? silentNanos : silentNanos + Math.max(0, nowNanos - listeningSince);
  }
}
