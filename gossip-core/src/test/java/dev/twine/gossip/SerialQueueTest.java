package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SerialQueueTest {
  /** More than a queue runs before others get their turn. */
  private static final int MANY = 40;

  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1));

  private final CountDownLatch release = new CountDownLatch(1);
  private final List<String> log = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    release.countDown();
    executor.shutdownNow();
    assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aTaskForWhichTheExecutorHasNoRoomIsRefusedOnceAndTheQueueGoesOnLater() throws Exception {
    block(new SerialQueue(executor));
    new SerialQueue(executor).execute(() -> note("fits"), () -> note("fits: refused"));
    var queue = new SerialQueue(executor);

    queue.execute(() -> note("one more"), () -> note("one more: refused"));

    assertThat(seen()).containsExactly("one more: refused");
    assertThat(queue.isIdle()).isTrue();
    release.countDown();
    awaitNotes(2);
    queue.execute(() -> note("later"), () -> note("later: refused"));
    awaitNotes(3);
    assertThat(seen()).containsExactly("one more: refused", "fits", "later");
  }

  @Test
  void aQueueThatRunsGoesOnInOrderWhenItCannotHandItsTurnOn() throws Exception {
    var queue = new SerialQueue(executor);
    block(queue);
    var others = new SerialQueue(executor);
    others.execute(() -> note("other"), () -> note("other: refused"));
    for (int i = 0; i < MANY; i++) {
      String name = "task " + i;
      queue.execute(() -> note(name), () -> note(name + ": refused"));
    }

    release.countDown();
    awaitNotes(MANY + 1);

    assertThat(seen()).hasSize(MANY + 1).contains("other").noneMatch(text -> text.contains(":"));
    assertThat(seen()).filteredOn(text -> text.startsWith("task")).isEqualTo(tasks());
  }

  @Test
  void whatWaitsWhenTheExecutorEndsIsRefused() throws Exception {
    var queue = new SerialQueue(executor);
    block(queue);
    for (int i = 0; i < MANY; i++) {
      queue.execute(() -> note("ran"), () -> note("refused"));
    }

    executor.shutdown();
    release.countDown();
    assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

    assertThat(seen()).hasSize(MANY).contains("ran").endsWith("refused");
    assertThat(queue.isIdle()).isTrue();
  }

  private void block(SerialQueue queue) throws Exception {
    var started = new CountDownLatch(1);
    queue.execute(
        () -> {
          started.countDown();
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        () -> note("blocker: refused"));
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private void note(String text) {
    synchronized (log) {
      log.add(text);
      log.notifyAll();
    }
  }

  private void awaitNotes(int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    synchronized (log) {
      while (log.size() < count && System.nanoTime() < end) {
        TimeUnit.SECONDS.timedWait(log, 1);
      }
    }
  }

  private List<String> seen() {
    synchronized (log) {
      return List.copyOf(log);
    }
  }

  private static List<String> tasks() {
    var tasks = new ArrayList<String>();
    for (int i = 0; i < MANY; i++) {
      tasks.add("task " + i);
    }
    return tasks;
  }
}
