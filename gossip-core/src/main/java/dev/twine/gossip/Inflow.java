package dev.twine.gossip;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stops reading from a session while it has more under way than it may, brings more per second than it
 * may, or the node as a whole has too much. Pauses are set and lifted on the channel's loop only.
 */
final class Inflow {
  private static final int UNDER_WAY = 1;
  private static final int RATE = 2;
  private static final int NODE = 4;

  private final Channel channel;
  private final PeerLiveness liveness;
  private final Core core;
  private final Limits.Inbound.PerPeer limits;
  private final ByteAllowance allowance;
  private final AtomicInteger messages = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private volatile int pauses;

  Inflow(Channel channel, PeerLiveness liveness, Core core) {
    this.channel = channel;
    this.liveness = liveness;
    this.core = core;
    limits = core.limits().inbound().perPeer();
    Limits.Inbound.Rate rate = core.limits().inbound().rate();
    allowance = new ByteAllowance(
        rate.bytesPerSecond(),
        rate.burstBytes(),
        rate.messagesPerSecond(),
        rate.burstMessages(),
        core.clock().nanoTime());
  }

  /** On the loop, for every message whatever becomes of it: spends the byte allowance. */
  void arrived(int size) {
    long now = core.clock().nanoTime();
    long wait = allowance.message(size, now);
    if (wait > 0) {
      pause(RATE);
      core.clock().schedule(Duration.ofNanos(wait), () -> resume(RATE));
    }
  }

  /** On the loop: a message stays under way until {@link #leave}. */
  void enter(int size) {
    int nowMessages = messages.incrementAndGet();
    long nowBytes = bytes.addAndGet(size);
    if (nowMessages >= limits.messages() || nowBytes >= limits.bytes()) {
      pause(UNDER_WAY);
      if (messages.get() == 0) {
        resume(UNDER_WAY);
      }
    }
    if (core.inflow().add(size)) {
      pause(NODE);
      core.inflow().await(this);
    }
  }

  /** Any thread: a message that is under way stays so for longer, until one more {@link #leave}. */
  void hold(int size) {
    messages.incrementAndGet();
    bytes.addAndGet(size);
    core.inflow().add(size); // Whoever is over the limit now pauses with its next message.
  }

  /** Any thread, once for each {@link #enter} and {@link #hold}. */
  void leave(int size) {
    int nowMessages = messages.decrementAndGet();
    long nowBytes = bytes.addAndGet(-size);
    // Half, so that reading does not stop and go at each message.
    boolean room = nowMessages <= limits.messages() / 2 && nowBytes <= limits.bytes() / 2;
    if (room && (pauses & UNDER_WAY) != 0) {
      resume(UNDER_WAY);
    }
    core.inflow().remove(size);
  }

  /** Any thread. */
  void roomInNode() {
    resume(NODE);
  }

  /** The session is gone; what is under way still leaves. */
  void close() {
    core.inflow().forget(this);
  }

  private void pause(int cause) {
    if (pauses == 0) {
      channel.config().setAutoRead(false);
      liveness.pause(core.clock().nanoTime());
    }
    if ((pauses & cause) == 0) {
      core.counters().refused(label(cause));
      int both = pauses | cause;
      pauses = both;
    }
  }

  private void resume(int cause) {
    Loops.run(channel, () -> {
      int before = pauses;
      int after = before & ~cause;
      pauses = after;
      if (before != 0 && after == 0) {
        liveness.resume(core.clock().nanoTime());
        channel.config().setAutoRead(true);
      }
    });
  }

  private static String label(int cause) {
    return switch (cause) {
      case UNDER_WAY -> "inbound.per-peer";
      case RATE -> "inbound.rate";
      default -> "inbound.node";
    };
  }
}
