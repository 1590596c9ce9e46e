package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamLifeTest {
  @Test
  void theFirstFrameOpensAndNoOther() {
    var life = StreamLife.opened();

    assertThat(life.isAnnounced()).isFalse();
    assertThat(life.owesFrame()).isTrue();
    assertThat(life.flags()).isEqualTo(FrameHeader.SYN);
    assertThat(life.isAnnounced()).isTrue();
    assertThat(life.owesFrame()).isFalse();
    assertThat(life.flags()).isZero();
  }

  @Test
  void oneFrameMayOpenAndEnd() {
    assertThat(StreamLife.opened().flagsWithFin()).isEqualTo(FrameHeader.SYN | FrameHeader.FIN);
    assertThat(StreamLife.accepted().flagsWithFin()).isEqualTo(FrameHeader.ACK | FrameHeader.FIN);
  }

  @Test
  void aStreamOfThePeerNeedsNoAcknowledgement() {
    assertThat(StreamLife.accepted().acknowledge()).isFalse();
    var own = StreamLife.opened();
    assertThat(own.acknowledge()).isTrue();
    assertThat(own.acknowledge()).isFalse();
  }

  @Test
  void isOverWhenBothHalvesEndedInEitherOrderOrAfterAReset() {
    var first = StreamLife.opened();
    first.finReceived();
    assertThat(first.isOver()).isFalse();
    assertThat(first.maySend()).isTrue();
    assertThat(first.mayReceive()).isFalse();
    assertThat(first.flagsWithFin()).isNotZero();
    assertThat(first.isOver()).isTrue();

    var second = StreamLife.accepted();
    assertThat(second.flagsWithFin()).isNotZero();
    assertThat(second.maySend()).isFalse();
    assertThat(second.mayReceive()).isTrue();
    second.finReceived();
    assertThat(second.isOver()).isTrue();

    var third = StreamLife.opened();
    third.reset();
    assertThat(third.isOver()).isTrue();
    assertThat(third.owesFrame()).isFalse();
    assertThat(third.maySend() || third.mayReceive()).isFalse();
  }

  @Test
  void whateverHappensNothingIsSaidTwice() {
    var random = new Random(5);
    for (int round = 0; round < 500; round++) {
      var life = random.nextBoolean() ? StreamLife.opened() : StreamLife.accepted();
      int said = 0;
      for (int step = 0; step < 20; step++) {
        int flags = switch (random.nextInt(4)) {
          case 0 -> life.flags();
          case 1 -> life.maySend() ? life.flagsWithFin() : 0;
          case 2 -> {
            life.finReceived();
            yield 0;
          }
          default -> {
            life.acknowledge();
            yield 0;
          }
        };
        assertThat(said & flags).isZero();
        said |= flags;
        assertThat(life.isFinSent()).isEqualTo((said & FrameHeader.FIN) != 0);
        assertThat(life.isOver()).isEqualTo(life.isFinSent() && life.isFinReceived());
      }
    }
  }
}
