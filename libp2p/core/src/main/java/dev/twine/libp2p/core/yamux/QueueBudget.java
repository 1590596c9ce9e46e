package dev.twine.libp2p.core.yamux;

/**
 * How much writers may queue who do not look whether their stream is writable. What a stream holds
 * up to its high water mark, and its largest message, is always allowed; only the excess counts. So
 * whoever stops when the stream is not writable never meets this limit, and a single large message
 * passes whatever its size.
 */
final class QueueBudget {
  private final long perStream;
  private final long perConnection;
  private long excess;

  /**
   * @param perStream bytes of excess at which a stream takes no more
   * @param perConnection bytes of excess of all streams at which none of those in excess does
   */
  QueueBudget(long perStream, long perConnection) {
    this.perStream = perStream;
    this.perConnection = perConnection;
  }

  /** The excess of all streams. */
  long excess() {
    return excess;
  }

  /** The queue of one stream. */
  Share share() {
    return new Share();
  }

  final class Share {
    private long mine;
    private long largest;

    /**
     * Whether another message fits.
     *
     * @param queued bytes that the stream holds already
     * @param highMark up to which nobody minds
     */
    boolean admit(long queued, long size, long highMark) {
      settle(queued, highMark);
      if (mine >= perStream || (mine > 0 && excess >= perConnection)) {
        return false;
      }
      largest = Math.max(largest, size);
      return true;
    }

    /** The stream holds so many bytes now; 0 when it ends. */
    void settle(long queued, long highMark) {
      if (queued == 0) {
        largest = 0;
      }
      long now = Math.max(0, queued - largest - highMark);
      excess += now - mine;
      mine = now;
    }
  }
}
