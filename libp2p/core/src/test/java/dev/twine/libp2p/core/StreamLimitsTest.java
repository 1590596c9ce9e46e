package dev.twine.libp2p.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamLimitsTest {
  @Test
  void aFrameMayFillTheLargestWindow() {
    assertThat(StreamLimits.defaults().frameBytes())
        .isEqualTo(WindowLimits.defaults().streamBytes());
  }
}
