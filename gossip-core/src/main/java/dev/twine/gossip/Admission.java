package dev.twine.gossip;

import dev.twine.network.AddressGroup;
import dev.twine.network.PeerInfo.Direction;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts connections from their first byte to their last, in total and by address. */
final class Admission {
  private final Limits.Sessions limits;
  private final Counters counters;
  private final AtomicInteger total = new AtomicInteger();
  private final AtomicInteger pending = new AtomicInteger();
  private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

  Admission(Limits.Sessions limits, Counters counters) {
    this.limits = limits;
    this.counters = counters;
  }

  /** Any thread. Empty, and counted, if a limit is reached. */
  Optional<Permit> admit(InetAddress remote, Direction direction) {
    boolean incoming = direction == Direction.IN;
    if (!take(total, limits.total())) {
      return refuse("sessions.total");
    }
    if (incoming && !take(pending, limits.pendingHandshakes())) {
      total.decrementAndGet();
      return refuse("sessions.pending-handshakes");
    }
    InetAddress group =
        limits.loopbackExempt() && remote.isLoopbackAddress() ? null : AddressGroup.of(remote);
    if (group != null && !take(group)) {
      total.decrementAndGet();
      settle(incoming);
      return refuse("sessions.per-address");
    }
    return Optional.of(new Permit(remote, () -> release(group), () -> settle(incoming)));
  }

  int total() {
    return total.get();
  }

  int pendingHandshakes() {
    return pending.get();
  }

  private Optional<Permit> refuse(String limit) {
    counters.refused(limit);
    return Optional.empty();
  }

  private boolean take(InetAddress group) {
    boolean[] taken = new boolean[1];
    byAddress.compute(group, (key, held) -> {
      int count = held == null ? 0 : held;
      taken[0] = count < limits.perAddress();
      return taken[0] ? Integer.valueOf(count + 1) : held;
    });
    return taken[0];
  }

  private void release(@Nullable InetAddress group) {
    total.decrementAndGet();
    if (group != null) {
      byAddress.computeIfPresent(group, (key, held) -> held == 1 ? null : held - 1);
    }
  }

  private void settle(boolean incoming) {
    if (incoming) {
      pending.decrementAndGet();
    }
  }

  private static boolean take(AtomicInteger count, int limit) {
    if (count.incrementAndGet() <= limit) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }
}
