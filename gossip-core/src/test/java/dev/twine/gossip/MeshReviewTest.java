package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.MeshReview.Standing;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MeshReviewTest {
  private final MeshReview review = new MeshReview(new Random(1));

  @Test
  void whoBringsClearlyLessThanIsUsualIsTheLeastUseful() {
    leastUseful(at(1_000, 1_000, 1_000));
    assertThat(leastUseful(at(1_400, 1_099, 1_400))).contains(new Standing(1, 99));
  }

  @Test
  void aQuarterIsNotClearlyLess() {
    leastUseful(at(0, 0, 0));
    assertThat(leastUseful(at(400, 100, 400))).isEmpty();
  }

  @Test
  void whatCameBeforeTheLastReviewDoesNotCount() {
    leastUseful(at(0, 9_000, 0));
    assertThat(leastUseful(at(500, 9_000, 500))).contains(new Standing(1, 0));
  }

  @Test
  void nobodyIsJudgedWhereLittleIsSaid() {
    leastUseful(at(0, 0, 0));
    assertThat(leastUseful(at(99, 0, 99))).isEmpty();
    assertThat(leastUseful(at(199, 0, 199))).isPresent();
  }

  @Test
  void aNewSessionIsNotJudgedYet() {
    leastUseful(at(0, 0));
    assertThat(leastUseful(at(500, 500, 0))).isEmpty();
    assertThat(leastUseful(at(1_000, 1_000, 0))).contains(new Standing(2, 0));
  }

  @Test
  void oneAloneIsNotJudged() {
    leastUseful(at(0));
    assertThat(leastUseful(at(0))).isEmpty();
    assertThat(leastUseful(List.of())).isEmpty();
  }

  @Test
  void anyoneMayBeChosenToBreakAClique() {
    var chosen = new HashSet<Standing>();
    for (int i = 0; i < 100; i++) {
      chosen.add(review.anyone(at(1, 2, 3)).orElseThrow());
    }
    assertThat(chosen).hasSize(3);
    assertThat(review.anyone(List.of())).isEmpty();
  }

  private Optional<Standing> leastUseful(List<Standing> now) {
    return MeshReview.leastUseful(review.gains(now));
  }

  private static List<Standing> at(long... delivered) {
    var all = new java.util.ArrayList<Standing>();
    for (int i = 0; i < delivered.length; i++) {
      all.add(new Standing(i, delivered[i]));
    }
    return all;
  }
}
