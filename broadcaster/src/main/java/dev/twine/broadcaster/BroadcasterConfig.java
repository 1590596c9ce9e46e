package dev.twine.broadcaster;

import java.time.Duration;

/**
 * Every limit of the outbound path.
 *
 * @param largestMessage most bytes of a body; a larger one is refused
 * @param priorityLane what the shared priority lane holds, in bytes of bodies; at least one largest
 *     message
 * @param bulkLane the same for bulk
 * @param directInbox direct messages of one event loop that have not reached their peers, in bytes
 *     of frames; an empty one takes any message
 * @param peerPriority what a peer that lags keeps of priority, in bytes of frames; past it the peer
 *     is cut. An empty queue takes any message
 * @param peerBulk the same for bulk; past it the newest is dropped
 * @param batchBytes how many bytes of bodies go to the event loops at a time; a message that is
 *     larger goes alone
 * @param writeLowMark a peer that was not writable is again when fewer bytes wait in its channel
 * @param writeHighMark a peer is not writable when more bytes wait in its channel. What a peer can
 *     commit of this node's memory is this, one batch, and its two queues
 * @param bulkWeight bytes of priority that may overtake one waiting byte of bulk
 * @param maxBulkAge older bulk is dropped and counted
 * @param behindAfter a peer whose queues have not been empty for this long no longer holds up
 *     {@link Ticket#awaitQueued}
 * @param stallTimeout a peer whose socket has taken nothing for this long while bytes wait is cut
 * @param sweepInterval how often age and stalls are looked at
 */
public record BroadcasterConfig(
    int largestMessage,
    QueueLimit priorityLane,
    QueueLimit bulkLane,
    QueueLimit directInbox,
    QueueLimit peerPriority,
    QueueLimit peerBulk,
    int batchBytes,
    int writeLowMark,
    int writeHighMark,
    int bulkWeight,
    Duration maxBulkAge,
    Duration behindAfter,
    Duration stallTimeout,
    Duration sweepInterval) {
  private static final int MIB = 1 << 20;

  /**
   * For {@code TCP_NOTSENT_LOWAT}, which the transport sets where it runs on epoll, because only it
   * knows its channel class: unsent bytes in the kernel cannot be overtaken by priority, so there
   * are no more of them than in the channel.
   */
  public static final int NOT_SENT_LOW_AT = 128 << 10;

  public BroadcasterConfig {
    require(largestMessage >= 1, "largestMessage is at least 1 byte");
    require(
        priorityLane.bytes() >= largestMessage && bulkLane.bytes() >= largestMessage,
        "a lane holds at least one largest message of " + largestMessage + " bytes");
    require(batchBytes >= 1, "batchBytes is at least 1");
    require(
        writeLowMark >= 1 && writeHighMark > writeLowMark,
        "writeHighMark is above writeLowMark, which is at least 1");
    require(bulkWeight >= 1 && bulkWeight <= 1024, "bulkWeight is 1 to 1024");
    require(
        isPositive(maxBulkAge)
            && isPositive(behindAfter)
            && isPositive(stallTimeout)
            && isPositive(sweepInterval),
        "durations are above zero and at most a year");
  }

  /** What a node uses unless told otherwise. */
  public static BroadcasterConfig defaults() {
    return new BroadcasterConfig(
        // The ceiling of go-algorand's read loop is 6 MiB.
        6 * MIB,
        new QueueLimit(8192, 16 * MIB),
        new QueueLimit(8192, 16 * MIB),
        new QueueLimit(4096, 16 * MIB),
        new QueueLimit(1024, 4 * MIB),
        new QueueLimit(1024, 4 * MIB),
        64 << 10,
        64 << 10,
        128 << 10,
        8,
        // 25 s: an older message no longer counts for anybody and only delays newer ones.
        Duration.ofSeconds(25),
        Duration.ofMillis(250),
        Duration.ofSeconds(30),
        Duration.ofSeconds(1));
  }

  /** With another limit on bodies. */
  public BroadcasterConfig withLargestMessage(int bytes) {
    return new BroadcasterConfig(
        bytes,
        priorityLane,
        bulkLane,
        directInbox,
        peerPriority,
        peerBulk,
        batchBytes,
        writeLowMark,
        writeHighMark,
        bulkWeight,
        maxBulkAge,
        behindAfter,
        stallTimeout,
        sweepInterval);
  }

  /** With other shared lanes. */
  public BroadcasterConfig withLanes(QueueLimit priority, QueueLimit bulk) {
    return new BroadcasterConfig(
        largestMessage,
        priority,
        bulk,
        directInbox,
        peerPriority,
        peerBulk,
        batchBytes,
        writeLowMark,
        writeHighMark,
        bulkWeight,
        maxBulkAge,
        behindAfter,
        stallTimeout,
        sweepInterval);
  }

  /** With other queues for peers that lag. */
  public BroadcasterConfig withPeerQueues(QueueLimit priority, QueueLimit bulk) {
    return new BroadcasterConfig(
        largestMessage,
        priorityLane,
        bulkLane,
        directInbox,
        priority,
        bulk,
        batchBytes,
        writeLowMark,
        writeHighMark,
        bulkWeight,
        maxBulkAge,
        behindAfter,
        stallTimeout,
        sweepInterval);
  }

  /** With another inbox for direct messages. */
  public BroadcasterConfig withDirectInbox(QueueLimit limit) {
    return new BroadcasterConfig(
        largestMessage,
        priorityLane,
        bulkLane,
        limit,
        peerPriority,
        peerBulk,
        batchBytes,
        writeLowMark,
        writeHighMark,
        bulkWeight,
        maxBulkAge,
        behindAfter,
        stallTimeout,
        sweepInterval);
  }

  /** With batches of that size. */
  public BroadcasterConfig withBatchBytes(int bytes) {
    return new BroadcasterConfig(
        largestMessage,
        priorityLane,
        bulkLane,
        directInbox,
        peerPriority,
        peerBulk,
        bytes,
        writeLowMark,
        writeHighMark,
        bulkWeight,
        maxBulkAge,
        behindAfter,
        stallTimeout,
        sweepInterval);
  }

  /** With other water marks of the channels. */
  public BroadcasterConfig withWriteMarks(int low, int high) {
    return new BroadcasterConfig(
        largestMessage,
        priorityLane,
        bulkLane,
        directInbox,
        peerPriority,
        peerBulk,
        batchBytes,
        low,
        high,
        bulkWeight,
        maxBulkAge,
        behindAfter,
        stallTimeout,
        sweepInterval);
  }

  private static boolean isPositive(Duration duration) {
    return !duration.isZero()
        && !duration.isNegative()
        && duration.compareTo(Duration.ofDays(366)) <= 0;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
