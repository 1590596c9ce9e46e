package dev.twine.ws;

import dev.twine.network.GossipNode;
import dev.twine.network.MessageHandler;
import dev.twine.network.Registration;
import dev.twine.network.Tag;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Broadcasts of the node under attack, and of one honest peer through it, twenty times a second
 * each; and how long they take to those who shall have them.
 */
final class HonestTraffic implements AutoCloseable {
  private static final long PERIOD_MILLIS = 50;
  private static final int BODY = 200;

  /** What a hostile message under the same tag does not have. */
  private final long mark = new SecureRandom().nextLong();

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong expected = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong slowestNanos = new AtomicLong();
  private final List<Registration> handlers;

  HonestTraffic(HostileNetwork network) {
    MessageHandler arrived = message -> arrived(message.payload());
    Tag tag = Tag.of(HostileNetwork.HEARTBEAT);
    handlers = List.of(network.first.handle(tag, arrived), network.second.handle(tag, arrived));
    clock.scheduleAtFixedRate(
        () -> {
          // To both peers, and from the first through the target to the second.
          broadcast(network.target, 2);
          broadcast(network.first, 1);
        },
        0,
        PERIOD_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  private void broadcast(GossipNode node, int receivers) {
    byte[] body = ByteBuffer.allocate(BODY)
        .putLong(mark)
        .putLong(sent.incrementAndGet())
        .putLong(System.nanoTime())
        .array();
    expected.addAndGet(receivers);
    if (!node.broadcast(Tag.of(HostileNetwork.HEARTBEAT), body).accepted()) {
      refused.incrementAndGet();
    }
  }

  private void arrived(byte[] body) {
    if (body.length != BODY || ByteBuffer.wrap(body).getLong() != mark) {
      return;
    }
    long took = System.nanoTime() - ByteBuffer.wrap(body).getLong(2 * Long.BYTES);
    slowestNanos.accumulateAndGet(took, Math::max);
    received.incrementAndGet();
  }

  /** Forgets how long the slowest took so far. */
  void begin() {
    slowestNanos.set(0);
  }

  long slowestMillis() {
    return TimeUnit.NANOSECONDS.toMillis(slowestNanos.get());
  }

  /** Ends the broadcasts and fails unless every one of them arrives everywhere. */
  void assertAllArrived() {
    clock.shutdown();
    HostileNetwork.await(
        Duration.ofSeconds(10),
        () -> "every broadcast arrives: " + this,
        () -> clock.isTerminated() && refused.get() == 0 && received.get() == expected.get());
  }

  @Override
  public String toString() {
    return received.get() + " of " + expected.get() + " deliveries, " + refused.get()
        + " refused, slowest " + slowestMillis() + " ms";
  }

  @Override
  public void close() {
    clock.shutdownNow();
    handlers.forEach(Registration::close);
  }
}
