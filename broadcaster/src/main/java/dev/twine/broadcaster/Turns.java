package dev.twine.broadcaster;

/**
 * Decides between a waiting priority message and a waiting bulk one, so that priority overtakes
 * and bulk is never starved.
 *
 * <p>Bulk goes as soon as the priority that overtook it has {@code weight} times its bytes. Not
 * safe for use by several threads.
 */
final class Turns {
  /**
   * A larger bulk message waits no longer than one of this size, or a flood of small votes would
   * hold a block for ever.
   */
  static final int QUANTUM = 64 << 10;

  private final int weight;
  private long overtaken;

  Turns(int weight) {
    this.weight = weight;
  }

  /** Whether a bulk message of that size goes before the priority message that waits beside it. */
  boolean isBulkDue(long bulkBytes) {
    return overtaken >= weight * Math.max(1, Math.min(bulkBytes, QUANTUM));
  }

  /** Counts a priority message; only one that overtook bulk brings bulk nearer. */
  void tookPriority(long bytes, boolean bulkWaits) {
    if (bulkWaits) {
      overtaken += Math.max(1, bytes);
    }
  }

  void tookBulk() {
    overtaken = 0;
  }
}
