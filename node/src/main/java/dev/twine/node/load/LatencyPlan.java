package dev.twine.node.load;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What the benchmark of latency measures.
 *
 * @param transports of the client: p2p, ws and hybrid, in the order of the rows
 * @param beside what else goes on
 * @param intervalNanos between two messages
 * @param size of a message
 * @param duration of one measurement
 * @param repeat measurements of each
 */
public record LatencyPlan(
    List<String> transports,
    List<Beside> beside,
    long intervalNanos,
    int size,
    Duration duration,
    int repeat) {
  /** Shortest message, which holds when it was sent. */
  public static final int MIN_SIZE = 16;

  /** Of the longest vote. */
  public static final int MAX_SIZE = 1228;

  /** What goes on beside the messages. */
  public enum Beside {
    NOTHING,
    /** A response at full speed, over the connection of the session if it carries HTTP. */
    DOWNLOAD;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public LatencyPlan {
    transports = List.copyOf(transports);
    beside = List.copyOf(beside);
  }
}
