package dev.twine.node.load;

import java.time.Duration;
import java.util.List;

/**
 * What a broadcast benchmark measures.
 *
 * @param subjects transports and baselines by name, in the order of the rows
 * @param peers receivers of each
 * @param sizes of payloads in bytes
 * @param duration of one measurement
 * @param repeat measurements of each
 */
public record BroadcastPlan(
    List<String> subjects, int peers, List<Integer> sizes, Duration duration, int repeat) {
  public static final int MIN_SIZE = Payloads.HEADER;
  public static final int MAX_SIZE = Payloads.MAX_SIZE;

  public BroadcastPlan {
    subjects = List.copyOf(subjects);
    sizes = List.copyOf(sizes);
  }
}
