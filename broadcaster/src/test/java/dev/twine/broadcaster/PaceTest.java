package dev.twine.broadcaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Senders that wait for the slowest peer. */
class PaceTest {
  private static final int QUEUE = 20;
  private static final long BYTES = 1 << 20;

  private static final BroadcasterConfig CONFIG = BroadcasterConfig.defaults()
      .withWriteMarks(50, 100)
      .withPeerQueues(new QueueLimit(QUEUE, BYTES), new QueueLimit(QUEUE, BYTES));

  private final Rig rig = new Rig(CONFIG);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void withoutABacklogNobodyWaits() throws Exception {
    rig.attach(rig.socket());
    rig.offer(rig.bulk("a"));
    rig.run();

    assertThat(isAtMost(Lane.BULK, 0, 0)).isTrue();
    assertThat(isAtMost(Lane.PRIORITY, 0, 0)).isTrue();
  }

  @Test
  void whatTheLaneHoldsCountsInMessagesAndInBytes() throws Exception {
    rig.offer(rig.bulk("a", 10));
    rig.offer(rig.bulk("b", 20));

    assertThat(isAtMost(Lane.BULK, 2, 30)).isTrue();
    assertThat(isAtMost(Lane.BULK, 1, 30)).isFalse();
    assertThat(isAtMost(Lane.BULK, 2, 29)).isFalse();
    assertThat(isAtMost(Lane.PRIORITY, 0, 0)).as("the other lane").isTrue();
  }

  @Test
  void whatOneOfTheLoopsHasYetToTakeCounts() throws Exception {
    rig.attach(rig.socket());
    rig.attach(rig.socket(rig.anotherLoop()));
    rig.runLoops();
    rig.offer(rig.bulk("a"));
    rig.work();

    rig.loop.runNow();
    assertThat(isAtMost(Lane.BULK, 0, 0)).isFalse();

    rig.runLoops();
    assertThat(isAtMost(Lane.BULK, 0, 0)).isTrue();
  }

  @Test
  void theLongestQueueOfAPeerCountsHoweverLongThePeerHasLagged() throws Exception {
    SocketDouble slow = rig.socket();
    PeerWriter peer = rig.attach(slow);
    rig.attach(rig.socket(rig.anotherLoop()));
    stick(slow);
    offer(3);
    rig.run();
    rig.advance(CONFIG.lag().behindAfter().plusSeconds(1));
    rig.run();

    assertThat(isAtMost(Lane.BULK, 3, peer.queuedBytes())).isTrue();
    assertThat(isAtMost(Lane.BULK, 2, peer.queuedBytes())).isFalse();
    assertThat(isAtMost(Lane.BULK, 3, peer.queuedBytes() - 1)).isFalse();
    assertThat(isAtMost(Lane.PRIORITY, 0, 0)).isTrue();
  }

  @Test
  void laneAndQueueAreAddedUp() throws Exception {
    SocketDouble slow = rig.socket();
    rig.attach(slow);
    stick(slow);
    offer(3);
    rig.run();

    offer(2);

    assertThat(isAtMost(Lane.BULK, 5, BYTES)).isTrue();
    assertThat(isAtMost(Lane.BULK, 4, BYTES)).isFalse();
  }

  @Test
  void aSocketThatGoesOnWakesWhoWaits() throws Exception {
    SocketDouble slow = rig.socket();
    rig.attach(slow);
    stick(slow);
    offer(3);
    rig.run();
    CompletableFuture<Boolean> waiting = waiting(0);

    slow.take(Long.MAX_VALUE);
    rig.runLoops();

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aSocketThatGoesOnCostsNoTurnWhileNobodyWaits() throws Exception {
    SocketDouble slow = rig.socket();
    rig.attach(slow);
    stick(slow);
    offer(3);
    rig.run();

    slow.take(Long.MAX_VALUE);

    assertThat(rig.loop.runNow()).as("tasks of the loop").isZero();
    assertThat(isAtMost(Lane.BULK, 0, 0)).isTrue();
  }

  @Test
  void aBatchThatArrivesWakesWhoWaits() throws Exception {
    rig.attach(rig.socket());
    rig.runLoops();
    offer(3);
    CompletableFuture<Boolean> waiting = waiting(0);

    rig.run();

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aPeerThatLeavesIsNotWaitedFor() throws Exception {
    SocketDouble slow = rig.socket();
    PeerWriter peer = rig.attach(slow);
    stick(slow);
    offer(3);
    rig.run();
    CompletableFuture<Boolean> waiting = waiting(0);

    peer.detach();
    rig.runLoops();

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void bulkThatIsTooOldNoLongerCounts() throws Exception {
    SocketDouble slow = rig.socket();
    rig.attach(slow);
    stick(slow);
    offer(3);
    rig.run();
    offer(2);
    CompletableFuture<Boolean> waiting = waiting(0);

    rig.advance(CONFIG.lanes().maxBulkAge().plusNanos(1));
    rig.run();

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void closingEndsTheWaitAndEveryLaterOne() throws Exception {
    offer(1);
    CompletableFuture<Boolean> waiting = waiting(0);

    rig.broadcaster.close();

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isFalse();
    assertThat(isAtMost(Lane.BULK, 1, BYTES)).isFalse();
  }

  @Test
  void threadsThatOthersWaitForAreRefusedEvenIfTheyNeedNotWait() {
    rig.attach(rig.socket());

    // The test's thread owns the manual loop.
    assertThatThrownBy(() -> rig.broadcaster.awaitBacklog(Lane.BULK, 1, 1, Duration.ZERO))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ask(1, Duration.ZERO, HandlerThread::new).get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void whoSendsNoMoreThanAQueueHasRoomForLosesNothing() throws Exception {
    SocketDouble slow = rig.socket();
    PeerWriter peer = rig.attach(slow);
    SocketDouble fast = rig.socket(rig.anotherLoop());
    rig.attach(fast);
    rig.runLoops();
    var random = new Random(1);
    int sent = 0;
    while (sent < 500) {
      if (isAtMost(Lane.BULK, QUEUE - 1, BYTES)) {
        rig.offer(rig.bulk("m" + sent++));
      } else {
        slow.take(random.nextInt(400));
      }
      if (random.nextInt(3) == 0) {
        rig.run();
      }
    }
    rig.run();
    slow.take(Long.MAX_VALUE);

    assertThat(slow.bodies()).hasSize(500).isEqualTo(fast.bodies());
    assertThat(peer.dropped()).isZero();
  }

  private void offer(int messages) {
    for (int i = 0; i < messages; i++) {
      rig.offer(rig.bulk("m" + i));
    }
  }

  /** It takes nothing more, and its channel is above its high mark. */
  private void stick(SocketDouble socket) {
    socket.take(0);
    rig.offer(rig.bulk("full", 200));
    rig.run();
  }

  private boolean isAtMost(Lane lane, int messages, long bytes) throws Exception {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return rig.broadcaster.awaitBacklog(lane, messages, bytes, Duration.ZERO);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            task -> new Thread(task).start())
        .get(10, TimeUnit.SECONDS);
  }

  /** Waits on a thread of its own, which has gone to sleep when this returns. */
  private CompletableFuture<Boolean> waiting(int messages) {
    var thread = new Thread[1];
    CompletableFuture<Boolean> result = ask(messages, Duration.ofSeconds(10), task -> {
      thread[0] = new Thread(task);
      return thread[0];
    });
    while (thread[0].getState() != Thread.State.TIMED_WAITING && !result.isDone()) {
      Thread.onSpinWait();
    }
    assertThat(result).isNotDone();
    return result;
  }

  private CompletableFuture<Boolean> ask(int messages, Duration deadline, ThreadFactory threads) {
    var result = new CompletableFuture<Boolean>();
    threads
        .newThread(() -> {
          try {
            result.complete(rig.broadcaster.awaitBacklog(Lane.BULK, messages, BYTES, deadline));
          } catch (IllegalStateException | InterruptedException e) {
            result.completeExceptionally(e);
          }
        })
        .start();
    return result;
  }

  private static final class HandlerThread extends Thread implements NoWaiting {
    HandlerThread(Runnable task) {
      super(task);
    }
  }
}
