package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class CompletionsTest {
  private static final int PLACES = 2;

  private final Threads threads = new Threads();
  private final Counters counters = new Counters();
  private final Completions completions = new Completions(threads, PLACES, counters);

  @Test
  void asManyFuturesAsThereArePlacesAndNotOneMore() {
    begin();
    begin();

    assertThat(completions.begin()).isEmpty();
    assertThat(refused()).isEqualTo(1);
  }

  @Test
  void aFutureIsCompletedByTheThreadsAndFreesItsPlaceThen() {
    Completions.Pending<String> pending = begin();
    begin();

    pending.complete("answer");
    assertThat(pending.future()).isNotDone();
    assertThat(completions.begin()).isEmpty();

    threads.runOne();
    assertThat(pending.future()).isCompletedWithValue("answer");
    assertThat(completions.begin()).isPresent();
  }

  @Test
  void whatHangsOnAFutureFindsItsPlaceFree() {
    Completions.Pending<String> pending = begin();
    begin();
    var next = pending.future().thenApply(answer -> begin());

    pending.complete("answer");
    threads.runOne();

    assertThat(next).isCompleted();
  }

  @Test
  void onlyTheFirstEndCountsAndTakesRoomInTheQueue() {
    Completions.Pending<String> pending = begin();

    pending.fail(new IllegalStateException("late"));
    pending.complete("later still");
    pending.fail(new IllegalStateException("latest"));

    assertThat(threads.tasks).hasSize(1);
    threads.runOne();
    assertThat(pending.future()).isCompletedExceptionally();
    assertThat(completions.begin()).isPresent();
    assertThat(completions.begin()).isPresent();
    assertThat(completions.begin()).isEmpty();
  }

  @Test
  void aCancelledFutureGivesItsPlaceBackOnce() {
    Completions.Pending<String> pending = begin();
    begin();

    assertThat(pending.future().cancel(false)).isTrue();
    pending.complete("too late");

    assertThat(threads.tasks).isEmpty();
    assertThat(completions.begin()).isPresent();
    assertThat(completions.begin()).isEmpty();
    assertThatThrownBy(pending.future()::join).isInstanceOf(CancellationException.class);
  }

  @Test
  void aFutureThatIsCancelledWhileItsEndIsQueuedGivesItsPlaceBackOnce() {
    Completions.Pending<String> pending = begin();
    pending.complete("answer");

    pending.future().cancel(false);
    assertThat(completions.begin()).isPresent();
    assertThat(completions.begin()).as("the task is still in the queue").isEmpty();

    threads.runOne();
    assertThat(pending.future()).isCancelled();
    assertThat(completions.begin()).isPresent();
    assertThat(completions.begin()).isEmpty();
  }

  @Test
  void inANodeThatHasEndedTheCallingThreadCompletes() {
    CompletableFuture<String> before = begin().future();
    Completions.Pending<String> after = begin();
    threads.ended = true;

    after.complete("answer");

    assertThat(after.future()).isCompletedWithValue("answer");
    assertThat(before).isNotDone();
  }

  private Completions.Pending<String> begin() {
    return completions.<String>begin().orElseThrow();
  }

  private long refused() {
    return counters.of(Counters.REFUSED, "reason", "requests.waiting").sum();
  }

  /** Holds what it is given until it is told to run it, and has no room for more than it should. */
  private static final class Threads implements Executor {
    final Queue<Runnable> tasks = new ArrayDeque<>();
    boolean ended;

    @Override
    public void execute(Runnable task) {
      if (ended) {
        throw new RejectedExecutionException("ended");
      }
      assertThat(tasks.size()).isLessThan(PLACES);
      tasks.add(task);
    }

    void runOne() {
      tasks.remove().run();
    }
  }
}
