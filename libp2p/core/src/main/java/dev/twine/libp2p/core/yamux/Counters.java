package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.MuxerStats;
import java.util.concurrent.atomic.AtomicLong;

/** What one connection has done. The event loop counts, any thread reads. */
final class Counters {
  private final AtomicLong opened = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong windows = new AtomicLong();

  void opened() {
    add(opened, 1);
  }

  void accepted() {
    add(accepted, 1);
  }

  void sent(long bytes) {
    add(sent, bytes);
  }

  void received(long bytes) {
    add(received, bytes);
  }

  void windows(long bytes) {
    windows.lazySet(bytes);
  }

  MuxerStats snapshot() {
    return new MuxerStats(opened.get(), accepted.get(), sent.get(), received.get(), windows.get());
  }

  /** There is one writer, so no lock on the bus is needed. */
  private static void add(AtomicLong counter, long amount) {
    counter.lazySet(counter.getPlain() + amount);
  }
}
