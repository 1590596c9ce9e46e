package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalOrderTest {
  private final ArrivalOrder order = new ArrivalOrder();
  private final List<String> gone = new ArrayList<>();

  @Test
  void whatIsReadyWaitsForWhatCameBefore() {
    ArrivalOrder.Place first = order.take();
    ArrivalOrder.Place second = order.take();
    ArrivalOrder.Place third = order.take();

    third.leave(() -> gone.add("third"));
    second.leave(() -> gone.add("second"));
    assertThat(gone).isEmpty();
    assertThat(order.isIdle()).isFalse();
    first.leave(() -> gone.add("first"));

    assertThat(gone).containsExactly("first", "second", "third");
    assertThat(order.isIdle()).isTrue();
  }

  @Test
  void whatGivesUpItsPlaceHoldsNothingUpAndGoesWhenItCan() {
    ArrivalOrder.Place first = order.take();
    order.take().leave(() -> gone.add("second"));

    first.giveUp();
    assertThat(gone).containsExactly("second");
    first.leave(() -> gone.add("first, late"));
    first.giveUp();

    assertThat(gone).containsExactly("second", "first, late");
    assertThat(order.isIdle()).isTrue();
  }

  @Test
  void whatIsReadyWhileAnotherGoesGoesAfterIt() {
    ArrivalOrder.Place first = order.take();
    ArrivalOrder.Place second = order.take();

    first.leave(() -> {
      second.leave(() -> gone.add("second"));
      order.take().leave(() -> gone.add("third"));
      assertThat(order.isIdle()).isFalse();
      gone.add("first");
    });

    assertThat(gone).containsExactly("first", "second", "third");
  }
}
