package dev.twine.node.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures every case with every subject in turns, one repetition of each per round, so that a slow
 * phase of the machine meets all alike.
 *
 * @param <C> what is measured
 * @param <S> one measurement
 */
final class Turns<C, S> {
  /** One measurement. */
  interface Measure<C, S> {
    S take(int round, C what, String subject) throws InterruptedException;
  }

  private final Map<C, Map<String, List<S>>> samples = new LinkedHashMap<>();

  private Turns() {}

  /**
   * Takes all measurements.
   *
   * @param repeat rounds; the first has number 1
   * @param subjects who takes part in a case
   */
  static <C, S> Turns<C, S> take(
      int repeat, List<C> cases, Function<C, List<String>> subjects, Measure<C, S> measure)
      throws InterruptedException {
    var taken = new Turns<C, S>();
    for (int round = 1; round <= repeat; round++) {
      for (C what : cases) {
        var turns = new ArrayList<>(subjects.apply(what));
        Collections.rotate(turns, round - 1); // Nobody always follows the same neighbour.
        for (String subject : turns) {
          taken.of(what, subject).add(measure.take(round, what, subject));
        }
      }
    }
    return taken;
  }

  /** The samples of one case and subject in the order in which they were taken. */
  List<S> of(C what, String subject) {
    return samples
        .computeIfAbsent(what, key -> new LinkedHashMap<>())
        .computeIfAbsent(subject, key -> new ArrayList<>());
  }
}
