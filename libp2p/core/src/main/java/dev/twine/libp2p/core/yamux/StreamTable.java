package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.StreamLimits;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The streams of one connection by number. Confined to the event loop, but for the count. */
final class StreamTable {
  private static final long LAST_ID = 0xffffffffL;

  private final IntObjectHashMap<YamuxStream> streams = new IntObjectHashMap<>(4);
  private final LinkedHashSet<Integer> closed = new LinkedHashSet<>();
  private final int parity;
  private final StreamLimits limits;
  private final Refusals refusals;
  private long nextId;
  private int inbound;
  private int unacknowledged;
  private volatile int size;

  /**
   * @param initiator whether this side dialled, and so has the odd numbers
   */
  StreamTable(boolean initiator, StreamLimits limits, Refusals refusals) {
    this.limits = limits;
    this.refusals = refusals;
    this.parity = initiator ? 1 : 0;
    this.nextId = initiator ? 1 : 2;
  }

  /** How many are open. Any thread. */
  int size() {
    return size;
  }

  int inbound() {
    return inbound;
  }

  int unacknowledged() {
    return unacknowledged;
  }

  /** Whether this side gives such numbers. */
  boolean isOwn(int id) {
    return (id & 1) == parity;
  }

  /** Whether there is a number left. */
  boolean hasNextId() {
    return nextId <= LAST_ID;
  }

  /** The number of the next stream of this side. */
  int nextId() {
    int id = (int) nextId;
    nextId += 2;
    return id;
  }

  @Nullable
  YamuxStream find(int id) {
    return streams.get(id);
  }

  /** Whether the number is in use: by an open stream, or one that only the peer has not ended. */
  boolean isUsed(int id) {
    return streams.containsKey(id) || (!closed.isEmpty() && closed.contains(id));
  }

  void add(YamuxStream stream) {
    streams.put(stream.number(), stream);
    if (isOwn(stream.number())) {
      unacknowledged++;
    } else {
      inbound++;
    }
    size = streams.size();
  }

  /** The peer acknowledged one of ours, or it ended before that. */
  void acknowledged() {
    unacknowledged--;
  }

  /**
   * Forgets a stream.
   *
   * @param endAwaited whether the peer believes that it may still send
   */
  void remove(YamuxStream stream, boolean endAwaited) {
    streams.remove(stream.number());
    if (!isOwn(stream.number())) {
      inbound--;
    }
    size = streams.size();
    if (endAwaited) {
      closed.add(stream.number());
      if (closed.size() > limits.closed()) {
        refusals.count("streams.closed");
        closed.remove(closed.iterator().next());
      }
    }
  }

  /** Forgets that the peer has not ended a stream that is closed here; false if there was none. */
  boolean forget(int id) {
    return !closed.isEmpty() && closed.remove(id);
  }

  /** Whether a stream is closed here and not ended by the peer. */
  boolean isEndAwaited(int id) {
    return !closed.isEmpty() && closed.contains(id);
  }

  /** A snapshot. */
  List<YamuxStream> all() {
    return new ArrayList<>(streams.values());
  }
}
