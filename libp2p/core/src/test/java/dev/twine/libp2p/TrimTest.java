package dev.twine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.ConnectionLimits.Water;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrimTest {
  private static final long GRACE = Duration.ofSeconds(60).toNanos();

  private final Water marks = new Water(2, 4, Duration.ofSeconds(60));

  @Test
  void atTheHighWaterMarkNothingIsClosed() {
    assertThat(choose(List.of(plain("a", 1), plain("b", 2), plain("c", 3), plain("d", 4))))
        .isEmpty();
  }

  @Test
  void onePastItTheLeastValuedGoDownToTheLowWaterMark() {
    assertThat(choose(
            List.of(plain("a", 5), plain("b", 1), plain("c", 4), plain("d", 2), plain("e", 3))))
        .containsExactly("b", "d", "e");
  }

  @Test
  void spareConnectionsGoFirstThenThoseWithoutStreamsThenTheYoungest() {
    assertThat(choose(List.of(
            candidate("busy", false, false, 3, 9 * GRACE),
            candidate("old", false, false, 0, 9 * GRACE),
            candidate("young", false, false, 0, 2 * GRACE),
            candidate("spare", false, true, 0, 9 * GRACE),
            candidate("busiest", false, false, 7, 2 * GRACE))))
        .containsExactly("spare", "young", "old");
  }

  @Test
  void protectedAndNewConnectionsAreLeftAlone() {
    assertThat(choose(List.of(
            candidate("a", true, false, 0, 2 * GRACE),
            candidate("b", true, false, 0, 2 * GRACE),
            candidate("c", false, false, 0, GRACE - 1),
            candidate("d", false, false, 0, GRACE - 1),
            candidate("e", false, false, 0, GRACE))))
        .containsExactly("e");
  }

  private List<String> choose(List<Trim.Candidate<String>> all) {
    return Trim.choose(all, marks);
  }

  private static Trim.Candidate<String> plain(String name, int value) {
    return new Trim.Candidate<>(name, false, false, value, 0, GRACE);
  }

  private static Trim.Candidate<String> candidate(
      String name, boolean isProtected, boolean spare, int streams, long age) {
    return new Trim.Candidate<>(name, isProtected, spare, 0, streams, age);
  }
}
