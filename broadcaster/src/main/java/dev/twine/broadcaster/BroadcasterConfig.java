package dev.twine.broadcaster;

import java.time.Duration;

/**
 * Every limit of the outbound path.
 *
 * @param lanes what callers may offer
 * @param writes how it goes to the channels
 * @param lag what becomes of a peer that does not take it
 */
public record BroadcasterConfig(Lanes lanes, Writes writes, Lag lag) {
  private static final int MIB = 1 << 20;

  /**
   * For {@code TCP_NOTSENT_LOWAT}, which the transport sets where it runs on epoll, because only it
   * knows its channel class: unsent bytes in the kernel cannot be overtaken by priority, so there
   * are no more of them than in the channel.
   */
  public static final int NOT_SENT_LOW_AT = 128 << 10;

  /**
   * What callers may offer.
   *
   * @param largestMessage most bytes of a body; a larger one is refused
   * @param priority what the shared priority lane holds, in bytes of bodies; at least one largest
   *     message
   * @param bulk the same for bulk
   * @param directInbox direct messages of one event loop that have not reached their peers, in bytes
   *     of frames; an empty one takes any message
   * @param bulkWeight bytes of priority that may overtake one waiting byte of bulk, here and in the
   *     queues of each peer
   * @param maxBulkAge older bulk is dropped and counted, here and in the queues of each peer
   */
  public record Lanes(
      int largestMessage,
      QueueLimit priority,
      QueueLimit bulk,
      QueueLimit directInbox,
      int bulkWeight,
      Duration maxBulkAge) {
    public Lanes {
      require(largestMessage >= 1, "largestMessage is at least 1 byte");
      require(
          priority.bytes() >= largestMessage && bulk.bytes() >= largestMessage,
          "a lane holds at least one largest message of " + largestMessage + " bytes");
      require(bulkWeight >= 1 && bulkWeight <= 1024, "bulkWeight is 1 to 1024");
      requireDurations(maxBulkAge);
    }
  }

  /**
   * How it goes to the channels. What a peer can commit of this node's memory is the high mark, one
   * batch, and its two queues.
   *
   * @param batchBytes how many bytes of bodies go to the event loops at a time; a message that is
   *     larger goes alone
   * @param lowMark a peer that was not writable is again when fewer bytes wait in its channel
   * @param highMark a peer is not writable when more bytes wait in its channel
   */
  public record Writes(int batchBytes, int lowMark, int highMark) {
    public Writes {
      require(batchBytes >= 1, "batchBytes is at least 1");
      require(lowMark >= 1 && highMark > lowMark, "highMark is above lowMark, which is at least 1");
    }
  }

  /**
   * What becomes of a peer that lags.
   *
   * @param priority what it keeps of priority, in bytes of frames; past it the peer is cut. An empty
   *     queue takes any message
   * @param bulk the same for bulk; past it the newest is dropped
   * @param behindAfter a peer whose queues have not been empty for this long no longer holds up
   *     {@link Ticket#awaitQueued}
   * @param stallTimeout a peer whose socket has taken nothing for this long while bytes wait is cut
   * @param sweepInterval how often age and stalls are looked at
   */
  public record Lag(
      QueueLimit priority,
      QueueLimit bulk,
      Duration behindAfter,
      Duration stallTimeout,
      Duration sweepInterval) {
    public Lag {
      requireDurations(behindAfter, stallTimeout, sweepInterval);
    }
  }

  /** What a node uses unless told otherwise. */
  public static BroadcasterConfig defaults() {
    return new BroadcasterConfig(
        new Lanes(
            // The ceiling of go-algorand's read loop is 6 MiB.
            6 * MIB,
            new QueueLimit(8192, 16 * MIB),
            new QueueLimit(8192, 16 * MIB),
            new QueueLimit(4096, 16 * MIB),
            8,
            // An older message no longer counts for anybody and only delays newer ones.
            Duration.ofSeconds(25)),
        new Writes(64 << 10, 64 << 10, 128 << 10),
        new Lag(
            new QueueLimit(1024, 4 * MIB),
            new QueueLimit(1024, 4 * MIB),
            Duration.ofMillis(250),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1)));
  }

  /** With another limit on bodies. */
  public BroadcasterConfig withLargestMessage(int bytes) {
    return with(new Lanes(
        bytes, lanes.priority, lanes.bulk, lanes.directInbox, lanes.bulkWeight, lanes.maxBulkAge));
  }

  /** With other shared lanes. */
  public BroadcasterConfig withLanes(QueueLimit priority, QueueLimit bulk) {
    return with(new Lanes(
        lanes.largestMessage,
        priority,
        bulk,
        lanes.directInbox,
        lanes.bulkWeight,
        lanes.maxBulkAge));
  }

  /** With another inbox for direct messages. */
  public BroadcasterConfig withDirectInbox(QueueLimit limit) {
    return with(new Lanes(
        lanes.largestMessage,
        lanes.priority,
        lanes.bulk,
        limit,
        lanes.bulkWeight,
        lanes.maxBulkAge));
  }

  /** With other queues for peers that lag. */
  public BroadcasterConfig withPeerQueues(QueueLimit priority, QueueLimit bulk) {
    return new BroadcasterConfig(
        lanes,
        writes,
        new Lag(priority, bulk, lag.behindAfter, lag.stallTimeout, lag.sweepInterval));
  }

  /** With batches of that size. */
  public BroadcasterConfig withBatchBytes(int bytes) {
    return new BroadcasterConfig(lanes, new Writes(bytes, writes.lowMark, writes.highMark), lag);
  }

  /** With other water marks of the channels. */
  public BroadcasterConfig withWriteMarks(int low, int high) {
    return new BroadcasterConfig(lanes, new Writes(writes.batchBytes, low, high), lag);
  }

  private BroadcasterConfig with(Lanes other) {
    return new BroadcasterConfig(other, writes, lag);
  }

  private static void requireDurations(Duration... durations) {
    for (Duration duration : durations) {
      require(
          !duration.isZero()
              && !duration.isNegative()
              && duration.compareTo(Duration.ofDays(366)) <= 0,
          "durations are above zero and at most a year");
    }
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
