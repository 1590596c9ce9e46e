package dev.twine.broadcaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    assertThatThrownBy(() -> await(ticket, Duration.ZERO, HandlerThread::new))
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> await(ticket, Duration.ZERO, FastThreadLocalThread::new))
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
    var result = new CompletableFuture<Boolean>();
    Thread waiter = waiter(ticket, Duration.ofSeconds(10), result, Thread::new);
    while (waiter.getState() != Thread.State.TIMED_WAITING && !result.isDone()) {
      Thread.onSpinWait();
    }

    rig.run();

    assertThat(result.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void awaitQueuedWaitsForAPeerThatHasJustFilledUp() throws Exception {
    SocketDouble socket = rig.socket();
    rig.attach(socket);
    stick(socket);
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
    stick(socket);
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
    stick(first);
    Ticket early = rig.offer(rig.bulk("a"));
    rig.run();
    rig.advance(CONFIG.lag().behindAfter().dividedBy(2));
    stick(second);
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
    stick(socket);
    rig.offer(rig.bulk("a"));
    rig.run();
    rig.advance(CONFIG.lag().behindAfter().plusSeconds(1));
    rig.run();
    socket.take(Long.MAX_VALUE);
    rig.run();
    stick(socket);

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

  private void stick(SocketDouble socket) {
    socket.take(0);
    rig.offer(rig.bulk("full", 200));
    rig.run();
  }

  private static boolean await(Ticket ticket) throws Exception {
    return await(ticket, Duration.ZERO, Thread::new);
  }

  private static boolean await(Ticket ticket, Duration deadline, ThreadFactory threads)
      throws InterruptedException, ExecutionException, TimeoutException {
    var result = new CompletableFuture<Boolean>();
    waiter(ticket, deadline, result, threads);
    return result.get(10, TimeUnit.SECONDS);
  }

  private static Thread waiter(
      Ticket ticket, Duration deadline, CompletableFuture<Boolean> result, ThreadFactory threads) {
    Thread thread = threads.newThread(() -> {
      try {
        result.complete(ticket.awaitQueued(deadline));
      } catch (IllegalStateException | InterruptedException e) {
        result.completeExceptionally(e);
      }
    });
    thread.start();
    return thread;
  }

  private static final class HandlerThread extends Thread implements NoWaiting {
    HandlerThread(Runnable task) {
      super(task);
    }
  }
}
