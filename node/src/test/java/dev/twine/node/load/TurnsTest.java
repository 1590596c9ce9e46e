package dev.twine.node.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {
  @Test
  void everySubjectHasItsTurnInEveryRoundAndNobodyAlwaysComesFirst() throws Exception {
    var order = new ArrayList<String>();

    Turns<String, Integer> turns =
        Turns.take(2, List.of("x", "y"), what -> List.of("a", "b"), (round, what, subject) -> {
          order.add(round + what + subject);
          return order.size();
        });

    assertThat(order).containsExactly("1xa", "1xb", "1ya", "1yb", "2xb", "2xa", "2yb", "2ya");
    assertThat(turns.of("x", "a")).containsExactly(1, 6);
    assertThat(turns.of("y", "b")).containsExactly(4, 7);
  }

  @Test
  void aCaseIsMeasuredWithThoseOnlyThatTakePartInIt() throws Exception {
    Turns<String, String> turns = Turns.take(
        1,
        List.of("x", "y"),
        what -> what.equals("x") ? List.of("a", "b") : List.of("a"),
        (round, what, subject) -> what + subject);

    assertThat(turns.of("x", "b")).containsExactly("xb");
    assertThat(turns.of("y", "b")).isEmpty();
  }
}
