package dev.twine.broadcaster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BroadcastTest {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void everyPeerGetsEveryMessageInOrder() {
    SocketDouble one = rig.socket();
    SocketDouble two = rig.socket(rig.anotherLoop());
    rig.attach(one);
    rig.attach(two);

    Ticket ticket = rig.offer(rig.bulk("a"));
    rig.offer(rig.bulk("b"));
    rig.offer(rig.bulk("c"));
    rig.run();

    assertThat(one.bodies()).containsExactly("a", "b", "c");
    assertThat(two.bodies()).containsExactly("a", "b", "c");
    assertThat(ticket.refusal()).isNull();
    assertThat(ticket.outcome()).isCompletedWithValue(new Ticket.Outcome(2, Map.of()));
  }

  @Test
  void aBatchIsOneWriteAndOneFlushForEachPeer() {
    SocketDouble one = rig.socket();
    SocketDouble two = rig.socket();
    rig.attach(one);
    rig.attach(two);

    for (int i = 0; i < 10; i++) {
      rig.offer(rig.bulk("m" + i));
    }
    rig.run();

    assertThat(one.flushes()).isEqualTo(1);
    assertThat(one.writes()).hasSize(1);
    assertThat(two.flushes()).isEqualTo(1);
    assertThat(two.writes()).hasSize(1);
    assertThat(rig.form.framed()).as("framed once for both").isEqualTo(10);
  }

  @Test
  void aMessageWithoutPeersIsTakenAndReachesNobody() {
    Ticket ticket = rig.offer(rig.bulk("a"));
    rig.run();

    assertThat(ticket.outcome()).isCompletedWithValue(new Ticket.Outcome(0, Map.of()));
  }
}
