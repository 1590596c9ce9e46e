package dev.twine.node.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * The same messages to one stream or to several, no faster than the slowest takes them: a stream
 * may be at most a window ahead of it. When the time is over every stream ends with the same number.
 *
 * <p>Streams live on event loops of their own; any of them may call any method.
 */
final class Writes {
  /** Messages that the fastest stream may be ahead of the slowest, and bytes of them. */
  static final int WINDOW = 256;

  static final int WINDOW_BYTES = 2 << 20;

  private final int size;
  private final int stride;
  private final LongSupplier nanoClock;
  private final long end;
  private final AtomicLongArray written;
  private final List<WriteStream> streams = new ArrayList<>();
  private volatile long granted;
  private volatile boolean ended;

  /**
   * @param size of a message
   * @param end as the clock counts
   */
  Writes(int streams, int size, LongSupplier nanoClock, long end) {
    this.size = size;
    this.nanoClock = nanoClock;
    this.end = end;
    int window = Math.max(2, Math.min(WINDOW, WINDOW_BYTES / size));
    this.stride = window / 2;
    this.granted = window;
    this.written = new AtomicLongArray(streams);
    for (int i = 0; i < streams; i++) {
      this.streams.add(new WriteStream(this, i));
    }
  }

  List<WriteStream> streams() {
    return streams;
  }

  int size() {
    return size;
  }

  /** Messages that every stream may have written by now. */
  long granted() {
    return granted;
  }

  /** Whether no more will be granted. */
  boolean isEnded() {
    return ended;
  }

  /** A stream has written that many in all. */
  void advanced(int stream, long messages) {
    written.set(stream, messages);
    if (messages >= granted - stride) {
      grant();
    }
  }

  private synchronized void grant() {
    for (int i = 0; i < written.length(); i++) {
      if (written.get(i) < granted - stride) {
        return;
      }
    }
    if (ended) {
      return;
    }
    if (nanoClock.getAsLong() - end < 0) {
      granted += stride;
    } else {
      ended = true;
    }
    streams.forEach(WriteStream::wake);
  }

  /** Completes with the number of messages when every receiver has counted as many. */
  CompletableFuture<Long> result() {
    var all = new CompletableFuture<?>[streams.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = streams.get(i).result();
    }
    return CompletableFuture.allOf(all).thenApply(done -> granted);
  }
}
