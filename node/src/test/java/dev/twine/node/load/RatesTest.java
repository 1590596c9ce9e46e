package dev.twine.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.node.text.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatesTest {
  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(Rates.median(List.of(4.0, 1.0, 3.0, 100.0), value -> value)).isEqualTo(3.5);
    assertThat(Rates.median(List.of(100.0, 1.0, 3.0), value -> value)).isEqualTo(3);
  }

  @Test
  void aRowHasTheLeastTheMedianAndTheGreatest() {
    assertThat(Json.line(Rates.put(Json.object(), List.of(2.4, 1.6, 9.0), value -> value)))
        .isEqualTo("{\"min\":2,\"median\":2,\"max\":9}");
  }
}
