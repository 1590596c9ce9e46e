package dev.twine.libp2p.core;

import java.time.Duration;

/**
 * Limits of what one connection queues for a peer that reads slowly, or not at all.
 *
 * @param streamBytes how much a stream may queue beyond its high water mark and its largest message:
 *     whoever writes only while it is writable never gets there. A write beyond it fails, and the
 *     stream with it
 * @param connectionBytes the same over all streams; beyond it those that queue too much take no more
 * @param controlBytes control frames that the peer provoked while it takes nothing; beyond that the
 *     connection ends
 * @param stall how long a stream that has something to send may get rid of none of it before it is
 *     reset; {@link StreamChannel#STALL_LIMIT} changes it for one stream
 * @param closing the same for a stream that is closed and only has to send the rest
 */
public record QueueLimits(
    int streamBytes, int connectionBytes, int controlBytes, Duration stall, Duration closing) {
  static final Duration LONGEST = Duration.ofDays(1);

  private static final Duration SHORTEST = Duration.ofMillis(10);

  public QueueLimits {
    Ranges.check("queue of a stream", streamBytes, 1, 1 << 30);
    Ranges.check("queues of a connection", connectionBytes, streamBytes, 1 << 30);
    Ranges.check("control frames", controlBytes, 1 << 10, 1 << 24);
    Ranges.check("stall of a stream", stall, SHORTEST, LONGEST);
    Ranges.check("stall of a closed stream", closing, SHORTEST, LONGEST);
  }

  /**
   * 1 MiB and 8 MiB stop a writer that never looks before it hurts others. 64 KiB are 5,461 frames
   * without one read. A reader that takes nothing for a minute has gone, or is to be told; who has
   * closed a stream does not wait for long.
   */
  public static QueueLimits defaults() {
    return new QueueLimits(
        1 << 20, 8 << 20, 64 << 10, Duration.ofSeconds(60), Duration.ofSeconds(30));
  }

  public QueueLimits withBytes(int ofStream, int ofConnection) {
    return new QueueLimits(ofStream, ofConnection, controlBytes, stall, closing);
  }

  public QueueLimits withControlBytes(int value) {
    return new QueueLimits(streamBytes, connectionBytes, value, stall, closing);
  }

  public QueueLimits withStalls(Duration open, Duration closed) {
    return new QueueLimits(streamBytes, connectionBytes, controlBytes, open, closed);
  }
}
