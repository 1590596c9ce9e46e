package dev.twine.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who opens gossip streams, in every case. */
class LinkStateTest {
  @ParameterizedTest
  @CsvSource({
    // lower dialled wanted | opens accepts
    "true,  true,  true,  true,  true",
    "true,  true,  false, false, false",
    "true,  false, true,  true,  true",
    "true,  false, false, true,  true",
    "false, true,  true,  false, true",
    "false, true,  false, false, false",
    "false, false, true,  false, true",
    "false, false, false, false, true",
  })
  void theLowerEndOpensUnlessThisSideDialledForSomethingElse(
      boolean lower, boolean dialled, boolean wanted, boolean opens, boolean accepts) {
    assertThat(new LinkState(lower, dialled).begin(wanted)).isEqualTo(opens);

    var state = new LinkState(lower, dialled);
    state.begin(wanted);
    assertThat(state.accept(wanted)).isEqualTo(accepts);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void exactlyOneEndOpensAndTheOtherTakesTheStream(boolean lowerDials) {
    var lower = new LinkState(true, lowerDials);
    var higher = new LinkState(false, !lowerDials);

    assertThat(lower.begin(lowerDials)).isTrue();
    assertThat(higher.begin(!lowerDials)).isFalse();
    assertThat(higher.accept(!lowerDials)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true"})
  void aDialWaitsForTheStreamThatIsUnderWay(boolean lower, boolean dialled) {
    var state = new LinkState(lower, dialled);
    state.begin(true);

    assertThat(state.join()).isEqualTo(LinkState.Join.WAIT);
  }

  /** The other end had its turn when the connection was new. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aDialOpensAStreamOnAConnectionThatIsThereForSomethingElse(boolean lower) {
    var state = new LinkState(lower, true);
    state.begin(false);

    assertThat(state.join()).isEqualTo(LinkState.Join.OPEN);
    assertThat(state.join()).isEqualTo(LinkState.Join.WAIT);
  }

  @Test
  void aDialOpensAStreamWhereAPeerWithTheLowerIdConnectedAndSaidNothing() {
    var state = new LinkState(false, false);
    state.begin(false);

    assertThat(state.join()).isEqualTo(LinkState.Join.OPEN);
  }

  @Test
  void aDialTakesTheSessionThatIsThere() {
    var state = new LinkState(true, false);
    state.begin(false);
    state.opened();

    assertThat(state.join()).isEqualTo(LinkState.Join.TAKE);
  }

  @Test
  void aFailedHandshakeLeavesTheSessionThatIsThere() {
    var state = new LinkState(false, false);
    state.begin(false);
    state.accept(false);
    state.opened();
    state.accept(false);

    assertThat(state.failed()).isFalse();
    assertThat(state.isIdle()).isFalse();
    assertThat(state.join()).isEqualTo(LinkState.Join.TAKE);
  }

  @Test
  void theNewStreamReplacesTheOldOneOnceItsHandshakeIsDone() {
    var state = new LinkState(false, false);
    state.begin(false);
    state.accept(false);
    state.opened();
    state.accept(false);
    state.opened();
    state.ended();

    assertThat(state.isIdle()).isFalse();
    state.ended();
    assertThat(state.isIdle()).isTrue();
  }

  @Test
  void theSessionMayEndWhileAnotherHandshakeIsUnderWay() {
    var state = new LinkState(false, true);
    state.begin(true);
    state.accept(true);
    state.opened();
    state.accept(false);
    state.ended();

    assertThat(state.isIdle()).isFalse();
    state.opened();
    assertThat(state.join()).isEqualTo(LinkState.Join.TAKE);
  }

  @Test
  void aDialThatGivesUpTakesItsHandshakesAlong() {
    var state = new LinkState(false, true);
    state.begin(true);

    assertThat(state.unwanted()).isTrue();
    assertThat(state.isIdle()).isTrue();
    assertThat(state.accept(false)).isFalse();
  }

  @Test
  void aDialThatGivesUpLeavesWhatThePeerBegan() {
    var state = new LinkState(false, false);
    state.begin(true);
    state.accept(true);

    assertThat(state.unwanted()).isFalse();
  }

  @Test
  void bothHandshakesMustFailBeforeThereIsNoHope() {
    var state = new LinkState(false, false);
    state.begin(false);
    state.join();
    state.accept(false);

    assertThat(state.failed()).isFalse();
    assertThat(state.failed()).isTrue();
  }

  /** Whatever happens in whatever order, the state agrees with a count of what is open. */
  @Test
  void anyOrderOfEventsEndsIdle() {
    var random = new Random(11);
    for (int run = 0; run < 2_000; run++) {
      var state = new LinkState(random.nextBoolean(), random.nextBoolean());
      int shaking = state.begin(random.nextBoolean()) ? 1 : 0;
      int sessions = 0;
      for (int step = 0; step < 30; step++) {
        switch (random.nextInt(5)) {
          case 0 -> shaking += state.accept(random.nextBoolean()) ? 1 : 0;
          case 1 -> shaking += state.join() == LinkState.Join.OPEN ? 1 : 0;
          case 2 -> {
            if (shaking > 0) {
              shaking--;
              sessions++;
              state.opened();
            }
          }
          case 3 -> {
            if (sessions > 0) {
              sessions--;
              state.ended();
            }
          }
          default -> {
            if (shaking > 0) {
              shaking--;
              state.failed();
            }
          }
        }
        assertThat(sessions > 0).isEqualTo(sessions > 0 && state.join() == LinkState.Join.TAKE);
      }
      state.unwanted();
      assertThat(state.isIdle()).isEqualTo(shaking == 0 && sessions == 0);
    }
  }
}
