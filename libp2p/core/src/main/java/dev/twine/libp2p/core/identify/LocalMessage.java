package dev.twine.libp2p.core.identify;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.Refusals;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What all peers are told, encoded and signed once for each change. Any thread. */
final class LocalMessage {
  private record Signed(long seq, byte[] bytes) {}

  private final NodeKey key;
  private final Refusals refusals;
  private final LongSupplier milliClock;
  private final AtomicLong lastSeq = new AtomicLong();

  private volatile Signed current = new Signed(0, new byte[0]);

  LocalMessage(NodeKey key, Refusals refusals, LongSupplier milliClock) {
    this.key = key;
    this.refusals = refusals;
    this.milliClock = milliClock;
  }

  /**
   * The number of the next record: the time, so that a host that starts again goes on above, and
   * more than the last in any case.
   */
  long nextSeq() {
    long now = milliClock.getAsLong();
    return lastSeq.updateAndGet(last -> Math.max(last + 1, now));
  }

  /** Signs, for half a millisecond; of two at once the one with the higher number stays. */
  void publish(LocalIdentity local, long seq) {
    Signed signed = new Signed(seq, IdentifyCodec.encode(local, key, seq, refusals));
    synchronized (this) {
      current = current.seq > seq ? current : signed;
    }
  }

  /** The bytes of the message; nobody writes into them. */
  byte[] bytes() {
    return current.bytes;
  }
}
