package dev.twine.libp2p;

import dev.twine.libp2p.core.DescriptorLimits;
import dev.twine.libp2p.core.Refusals;
import io.netty.channel.Channel;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Keeps listeners from accepting while there are no descriptors left for it: what waits, waits in
 * the kernel. They go on when a connection closes, or after a while, which gets longer the more
 * often accepting fails. Any thread.
 */
final class AcceptPauses {
  static final String FAILED = "accept.failed";
  static final String FULL = "accept.paused";

  private final DescriptorLimits limits;
  private final Refusals refusals;

  /** How long each listener paused last; of those that pause now, negative. */
  private final ConcurrentHashMap<Channel, Long> pauses = new ConcurrentHashMap<>();

  AcceptPauses(DescriptorLimits limits, Refusals refusals) {
    this.limits = limits;
    this.refusals = refusals;
  }

  /** Accepting has failed, most likely for want of a descriptor. */
  void failed(Channel listener) {
    refusals.count(FAILED);
    long first = limits.firstPause().toMillis();
    long longest = limits.longestPause().toMillis();
    long last = Math.abs(pauses.getOrDefault(listener, 0L));
    pause(listener, last == 0 ? first : Math.min(longest, 2 * last));
  }

  /** All places are taken. */
  void full(Channel listener) {
    refusals.count(FULL);
    pause(listener, limits.longestPause().toMillis());
  }

  /** Something was accepted. */
  void accepted(Channel listener) {
    if (!pauses.isEmpty()) {
      pauses.computeIfPresent(listener, (key, last) -> last > 0 ? 0L : last);
    }
  }

  /** A descriptor is free again. */
  void freed() {
    if (!pauses.isEmpty()) {
      pauses.keySet().forEach(this::goOn);
    }
  }

  private void pause(Channel listener, long millis) {
    if (pauses.put(listener, -millis) == null) {
      listener.closeFuture().addListener(closed -> pauses.remove(listener));
    }
    listener.config().setAutoRead(false);
    try {
      listener.eventLoop().schedule(() -> goOn(listener), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      // The host closes, and its listeners with it.
      return;
    }
  }

  private void goOn(Channel listener) {
    Long before = pauses.get(listener);
    if (before != null && before < 0 && pauses.replace(listener, before, -before)) {
      listener.config().setAutoRead(true);
    }
  }
}
