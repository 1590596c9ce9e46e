package dev.twine.broadcaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.broadcaster.Asker.HandlerThread;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TicketTest {
  private static final BroadcasterConfig CONFIG =
      BroadcasterConfig.defaults().withWriteMarks(50, 100);

  private final Rig rig = new Rig(CONFIG);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void awaitQueuedRefusesOnAnEventLoop() {
    rig.attach(rig.socket());
    Ticket ticket = rig.offer(rig.bulk("a"));

    // The test's thread owns the manual loop.
    assertThatThrownBy(() -> ticket.awaitQueued(Duration.ZERO))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void awaitQueuedRefusesOnAThreadThatOthersWaitFor() {
    Ticket ticket = rig.offer(rig.bulk("a"));

    assertThatThrownBy(() -> asks(ticket, HandlerThread::new).answer())
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> asks(ticket, FastThreadLocalThread::new).answer())
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void awaitQueuedIsTrueOnceEveryPeerInStepHasIt() throws Exception {
    rig.attach(rig.socket());
    rig.attach(rig.socket(rig.anotherLoop()));
    rig.runLoops();
    Ticket ticket = rig.offer(rig.bulk("a"));
    assertThat(await(ticket)).as("not even framed").isFalse();

    rig.work();
    rig.loop.runNow();
    assertThat(await(ticket)).as("one loop has it").isFalse();

    rig.runLoops();
    assertThat(await(ticket)).isTrue();
  }

  @Test
  void awaitQueuedWakesAThreadThatWaits() throws Exception {
    rig.attach(rig.socket());
    rig.runLoops();
    Ticket ticket = rig.offer(rig.bulk("a"));
    Asker waiting = Asker.asks(() -> ticket.awaitQueued(Duration.ofSeconds(10))).asleep();

    rig.run();

    assertThat(waiting.answer()).isTrue();
  }

  @Test
  void awaitQueuedWaitsForAPeerThatHasJustFilledUp() throws Exception {
    SocketDouble socket = rig.socket();
    rig.attach(socket);
    rig.stick(socket);
    Ticket ticket = rig.offer(rig.bulk("a"));
    rig.run();

    assertThat(await(ticket)).isFalse();
    assertThat(ticket.outcome()).as("its queue has it").isDone();
    socket.take(Long.MAX_VALUE);
    assertThat(await(ticket)).isTrue();
  }

  @Test
  void awaitQueuedLeavesOutAPeerThatIsBehind() throws Exception {
    SocketDouble socket = rig.socket();
    rig.attach(socket);
    SocketDouble other = rig.socket();
    rig.attach(other);
    rig.stick(socket);
    Ticket waitedFor = rig.offer(rig.bulk("a"));
    rig.run();
    assertThat(await(waitedFor)).isFalse();

    rig.advance(CONFIG.lag().behindAfter().plusSeconds(1));
    rig.run();

    assertThat(await(waitedFor)).as("fell behind meanwhile").isTrue();
    Ticket later = rig.offer(rig.bulk("b"));
    rig.run();
    assertThat(await(later)).as("was behind before").isTrue();
  }

  @Test
  void aPeerIsBehindAsSoonAsItHasLaggedForThatLong() throws Exception {
    SocketDouble first = rig.socket();
    rig.attach(first);
    SocketDouble second = rig.socket();
    rig.attach(second);
    rig.stick(first);
    Ticket early = rig.offer(rig.bulk("a"));
    rig.run();
    rig.advance(CONFIG.lag().behindAfter().dividedBy(2));
    rig.stick(second);
    Ticket late = rig.offer(rig.bulk("b"));
    rig.run();

    rig.advance(CONFIG.lag().behindAfter().dividedBy(2).minusNanos(1));
    rig.run();
    assertThat(await(early)).as("a nanosecond before").isFalse();
    rig.advance(Duration.ofNanos(1));
    rig.run();
    assertThat(await(early)).as("without waiting for a sweep").isTrue();
    assertThat(await(late)).as("the second peer has time left").isFalse();

    rig.advance(CONFIG.lag().behindAfter().dividedBy(2));
    rig.run();
    assertThat(await(late)).isTrue();
  }

  @Test
  void aPeerThatCaughtUpIsWaitedForAgain() throws Exception {
    SocketDouble socket = rig.socket();
    rig.attach(socket);
    rig.stick(socket);
    rig.offer(rig.bulk("a"));
    rig.run();
    rig.advance(CONFIG.lag().behindAfter().plusSeconds(1));
    rig.run();
    socket.take(Long.MAX_VALUE);
    rig.run();
    rig.stick(socket);

    Ticket ticket = rig.offer(rig.bulk("b"));
    rig.run();

    assertThat(await(ticket)).isFalse();
  }

  @Test
  void aRefusedMessageIsNeverQueued() throws Exception {
    Ticket ticket = rig.offer(rig.bulk("x", CONFIG.lanes().largestMessage() + 1));

    assertThat(await(ticket)).isFalse();
    assertThat(ticket.outcome()).isDone();
  }

  @Test
  void anOutcomeThatACallerCompletesIsNotThatOfOthers() {
    Ticket ticket = rig.offer(rig.bulk("a"));
    ticket.outcome().cancel(true);

    CompletableFuture<Ticket.Outcome> mine = ticket.outcome();
    rig.run();

    assertThat(mine).isCompleted();
  }

  private static boolean await(Ticket ticket) throws Exception {
    return asks(ticket, Thread::new).answer();
  }

  private static Asker asks(Ticket ticket, ThreadFactory threads) {
    return Asker.asks(() -> ticket.awaitQueued(Duration.ZERO), threads);
  }
}
