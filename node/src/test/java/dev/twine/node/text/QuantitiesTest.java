package dev.twine.node.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.network.TwineException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "100B, 100", "1kB, 1000", "1KiB, 1024", "4MiB, 4194304", "1GiB, 1073741824"})
  void sizesHaveUnits(String text, long bytes) {
    assertThat(Size.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1 KiB", "1kib", "1.5KiB", "KiB", "999999999999999GiB"})
  void whatIsNoSizeIsNamed(String text) {
    assertThatThrownBy(() -> Size.parse(text))
        .isInstanceOf(TwineException.class)
        .hasMessageStartingWith("not a size: " + text + ": ");
  }

  @ParameterizedTest
  @CsvSource({"1ms, 1", "500ms, 500", "10s, 10000", "1.5s, 1500", "2m, 120000", "24h, 86400000"})
  void durationsHaveUnits(String text, long millis) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "0s", "-1s", "25h", "1d", "s", "0.1ms"})
  void whatIsNoDurationIsNamed(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(TwineException.class)
        .hasMessageStartingWith("not a duration: " + text + ": ");
  }

  @ParameterizedTest
  @CsvSource({"50/s, 50", "60/m, 1", "0.5/s, 0.5", "500, 500"})
  void ratesArePerTime(String text, double perSecond) {
    assertThat(Rate.parse(text).perSecond()).isEqualTo(perSecond);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0/s", "-5/s", "50/h", "10000001/s", "x"})
  void whatIsNoRateIsNamed(String text) {
    assertThatThrownBy(() -> Rate.parse(text))
        .isInstanceOf(TwineException.class)
        .hasMessageStartingWith("not a rate: " + text + ": ");
  }

  @Test
  void sizesPrintAsTheyAreRead() {
    assertThat(new Size(1 << 10)).hasToString("1KiB");
    assertThat(new Size(100)).hasToString("100B");
    assertThat(new Size(0)).hasToString("0B");
  }
}
