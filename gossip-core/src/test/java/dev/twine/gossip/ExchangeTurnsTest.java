package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExchangeTurnsTest {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final long NANOS = INTERVAL.toNanos();

  private long now = Long.MAX_VALUE - NANOS;
  private final ExchangeTurns turns = new ExchangeTurns(INTERVAL, now);

  @Test
  void asksAsOftenAsItMayBeAsked() {
    var other = new ExchangeTurns(INTERVAL, now);
    for (int i = 0; i < 1_000; i++) {
      now += NANOS / 7;
      if (turns.ask(now)) {
        assertThat(other.asked(now)).isTrue();
      } else {
        assertThat(other.asked(now)).isFalse();
      }
    }
  }

  @Test
  void aQuestionThatComesALittleEarlyIsTaken() {
    assertThat(turns.ask(now)).isTrue();
    assertThat(turns.ask(now + NANOS - 1)).isTrue();
    assertThat(turns.ask(now + NANOS - 1)).isFalse();
    assertThat(turns.ask(now + NANOS)).isTrue();
  }

  @Test
  void takesTwoQuestionsAtOnceAndThenOneInAnInterval() {
    assertThat(turns.asked(now)).isTrue();
    assertThat(turns.asked(now)).isTrue();
    assertThat(turns.asked(now)).isFalse();
    for (int i = 0; i < 100; i++) {
      now += NANOS - 1;
      assertThat(turns.asked(now)).isFalse();
      now += 1;
      assertThat(turns.asked(now)).isTrue();
      assertThat(turns.asked(now)).isFalse();
    }
    now += 100 * NANOS;
    assertThat(turns.asked(now)).isTrue();
    assertThat(turns.asked(now)).isTrue();
    assertThat(turns.asked(now)).isFalse();
  }

  @Test
  void takesOneAnswerToEachQuestion() {
    assertThat(turns.answered()).isFalse();
    turns.ask(now);
    assertThat(turns.answered()).isTrue();
    assertThat(turns.answered()).isFalse();
  }

  @Test
  void oneQuestionWaitsForAProof() {
    assertThat(turns.defer()).isTrue();
    assertThat(turns.defer()).isFalse();
  }
}
