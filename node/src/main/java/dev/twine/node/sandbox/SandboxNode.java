package dev.twine.node.sandbox;

import dev.twine.gossip.Envelope;
import dev.twine.gossip.TagTable;
import dev.twine.network.Backlog;
import dev.twine.network.GossipNode;
import dev.twine.network.Lane;
import dev.twine.network.Message;
import dev.twine.node.config.AuthorCheck;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.SynchronizedHistogram;

/** One node of a sandbox: sends its share and keeps account of what it gets. */
final class SandboxNode implements AutoCloseable {
  /** Longer than any queue takes to drain; a peer that does not get on then loses messages. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Of what a peer's queue holds, little: other nodes send to the same peer. */
  private static final Backlog BACKLOG = new Backlog(8, 1 << 20);

  private static final String DUPLICATES = "twine_messages_duplicate_total";
  private static final long MAX_MICROS = TimeUnit.SECONDS.toMicros(60);
  private static final int DIGITS = 3;

  private final int index;
  private final GossipNode node;
  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger sent = new AtomicInteger();
  private final Map<Integer, BitSet> seen = new HashMap<>();
  private final SynchronizedHistogram latency = new SynchronizedHistogram(MAX_MICROS, DIGITS);
  private int received;
  private int repeated;

  SandboxNode(int index, GossipNode node) {
    this.index = index;
    this.node = node;
    AuthorCheck.on(node);
    node.handle(TagTable.ENVELOPE, this::receive);
  }

  GossipNode node() {
    return node;
  }

  /** Sends until told to stop, one message per interval, catching up after a pause. */
  void send(long intervalNanos, int size, AtomicBoolean stop) throws InterruptedException {
    long next = System.nanoTime();
    while (!stop.get()) {
      long wait = next - System.nanoTime();
      if (wait > 0) {
        TimeUnit.NANOSECONDS.sleep(Math.min(wait, TimeUnit.MILLISECONDS.toNanos(100)));
        continue;
      }
      node.awaitBacklog(Lane.BULK, BACKLOG, PATIENCE);
      if (node.broadcast(TagTable.ENVELOPE, message(size)).accepted()) {
        sent.incrementAndGet();
      }
      next += intervalNanos;
    }
  }

  private byte[] message(int size) {
    byte[] body = new SandboxMessage(index, sent.get(), System.nanoTime()).encode(size);
    return Envelope.of(
            Envelope.newId(random), Envelope.BROADCAST, Instant.now(), node.nodeId(), body)
        .encode();
  }

  private void receive(Message message) {
    long now = System.nanoTime();
    SandboxMessage body =
        SandboxMessage.decode(Envelope.parse(message.payload()).payload());
    long micros = Math.min(MAX_MICROS, Math.max(0, (now - body.sentNanos()) / 1_000));
    synchronized (seen) {
      BitSet ofSender = seen.computeIfAbsent(body.sender(), sender -> new BitSet());
      if (ofSender.get(body.sequence())) {
        repeated++;
        return;
      }
      ofSender.set(body.sequence());
      received++;
    }
    latency.recordValue(micros);
  }

  int sent() {
    return sent.get();
  }

  int received() {
    synchronized (seen) {
      return received;
    }
  }

  /** What it sent, got and lost, given what all others sent. */
  NodeResult result(String name, String mode, int expected) {
    long dropped =
        node.peers().list().stream().mapToLong(peer -> peer.dropped()).sum();
    double filtered = node.metrics().stream()
        .filter(metric -> metric.name().equals(DUPLICATES))
        .mapToDouble(metric -> metric.value())
        .sum();
    synchronized (seen) {
      return new NodeResult(
          name,
          node.nodeId(),
          mode,
          sent.get(),
          expected,
          received,
          repeated,
          (long) filtered,
          dropped,
          percentile(50),
          percentile(99));
    }
  }

  private double percentile(double percent) {
    return latency.getTotalCount() == 0
        ? Double.NaN
        : latency.getValueAtPercentile(percent) / 1_000.0;
  }

  @Override
  public void close() {
    node.close();
  }
}
