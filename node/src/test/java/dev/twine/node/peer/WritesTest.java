package dev.twine.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WritesTest {
  private final AtomicLong clock = new AtomicLong();

  @Test
  void theFastestIsAWindowAheadOfTheSlowestAtMost() {
    var writes = new Writes(2, 100, clock::get, 10);

    assertThat(writes.granted()).isEqualTo(Writes.WINDOW);
    writes.advanced(0, Writes.WINDOW);
    assertThat(writes.granted()).isEqualTo(Writes.WINDOW);
    writes.advanced(1, Writes.WINDOW / 2 - 1);
    assertThat(writes.granted()).isEqualTo(Writes.WINDOW);
    writes.advanced(1, Writes.WINDOW / 2);
    assertThat(writes.granted()).isEqualTo(Writes.WINDOW * 3 / 2);
  }

  @Test
  void aWindowOfLargeMessagesIsBoundedInBytes() {
    assertThat(new Writes(2, 64 << 10, clock::get, 10).granted()).isEqualTo(32);
    assertThat(new Writes(2, 1 << 20, clock::get, 10).granted()).isEqualTo(2);
  }

  @Test
  void afterTheEndEveryStreamMayStillReachWhatIsGrantedAndNothingMore() {
    var writes = new Writes(1, 100, clock::get, 10);
    clock.set(10);

    writes.advanced(0, Writes.WINDOW);

    assertThat(writes.isEnded()).isTrue();
    assertThat(writes.granted()).isEqualTo(Writes.WINDOW);
  }
}
