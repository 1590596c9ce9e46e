package dev.twine.broadcaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.broadcaster.Ticket.Drop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CloseTest {
  private static final BroadcasterConfig CONFIG = BroadcasterConfig.defaults()
      .withBatchBytes(10)
      .withWriteMarks(50, 100)
      .withLanes(new QueueLimit(20, 10 << 20), new QueueLimit(20, 10 << 20));

  @Test
  void closeWhileFullCompletesEveryTicketAndLeaksNothing() {
    var tickets = new ArrayList<Ticket>();
    try (Rig rig = new Rig(CONFIG)) {
      SocketDouble stuck = rig.socket();
      PeerWriter peer = rig.attach(stuck);
      rig.attach(rig.socket(rig.anotherLoop()));
      stuck.take(0);
      rig.offer(rig.bulk("full", 200));
      rig.run();
      tickets.add(rig.offer(rig.priority("in the queue of the peer")));
      rig.run();
      tickets.add(rig.offer(rig.bulk("in a batch")));
      rig.work();
      tickets.add(rig.offer(rig.bulk("in another batch")));
      rig.work();
      Ticket inLane = rig.offer(rig.bulk("in the lane"));
      while (inLane.refusal() == null) {
        tickets.add(inLane);
        inLane = rig.offer(rig.bulk("in the lane"));
      }
      tickets.add(peer.send(rig.bulk("direct")));

      rig.broadcaster.close();
      rig.runLoops();

      assertThat(tickets).hasSize(24).allMatch(ticket -> ticket.outcome().isDone());
      assertThat(tickets.get(5).outcome())
          .isCompletedWithValue(new Ticket.Outcome(0, Map.of(Drop.CLOSED, 2)));
      assertThat(rig.broadcaster.stats().peers()).isZero();
      assertThat(peer.queuedBytes()).isZero();
    }
  }

  @Test
  void aClosedBroadcasterRefusesMessagesAndPeers() {
    try (Rig rig = new Rig(CONFIG)) {
      SocketDouble socket = rig.socket();
      PeerWriter peer = rig.attach(socket);
      rig.runLoops();
      rig.broadcaster.close();

      assertThat(rig.offer(rig.bulk("a")).refusal()).isEqualTo(Ticket.Refusal.CLOSED);
      assertThat(peer.send(rig.bulk("a")).refusal()).isEqualTo(Ticket.Refusal.CLOSED);
      assertThatThrownBy(() -> rig.attach(rig.socket())).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void closeGivesTheChannelsBackOpen() {
    try (Rig rig = new Rig(CONFIG)) {
      SocketDouble socket = rig.socket();
      PeerWriter peer = rig.attach(socket);
      rig.runLoops();
      assertThat(socket.pipeline().context(peer.inLoop().outlet())).isNotNull();

      rig.broadcaster.close();
      rig.runLoops();

      assertThat(socket.isOpen()).isTrue();
      assertThat(socket.pipeline().context(peer.inLoop().outlet())).isNull();
    }
  }

  @Test
  void aBatchThatTheWorkerFinishesAfterTheCloseIsSettled() {
    try (Rig rig = new Rig(CONFIG)) {
      PeerWriter peer = rig.attach(rig.socket());
      rig.runLoops();
      Ticket ticket = rig.offer(rig.bulk("a"));
      peer.membership().loop().close();
      rig.work();

      assertThat(ticket.outcome()).isDone();
    }
  }

  @Test
  void anEventLoopThatEndedIsLetGo() throws Exception {
    try (Rig rig = new Rig(CONFIG)) {
      var loop = rig.anotherLoop();
      PeerWriter peer = rig.attach(rig.socket(loop));
      SocketDouble other = rig.socket();
      rig.attach(other);
      rig.runLoops();
      Ticket before = rig.offer(rig.bulk("a"));
      rig.work();
      loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      for (int i = 0; i < 20 && !loop.isTerminated(); i++) {
        rig.advance(Duration.ofSeconds(1));
        loop.runNow();
      }
      Ticket after = rig.offer(rig.bulk("b"));
      rig.work();
      rig.loop.runNow();

      assertThat(before.outcome().get(10, TimeUnit.SECONDS).queued()).isPositive();
      assertThat(after.outcome().get(10, TimeUnit.SECONDS).queued()).isEqualTo(1);
      assertThat(other.bodies()).containsExactly("a", "b");
      assertThat(peer.send(rig.bulk("c")).refusal()).isEqualTo(Ticket.Refusal.CLOSED);
    }
  }
}
