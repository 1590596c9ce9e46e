package dev.twine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.node.bench.BroadcastBaseline;
import dev.twine.node.bench.BroadcastServer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class BaselinesTest {
  private static final int RECEIVERS = 3;
  private static final int SMALL = 100;
  private static final int TWO_BYTE_LENGTH = 1024;
  private static final int EIGHT_BYTE_LENGTH = 70_000;

  /**
   * A thread for each receiver and for the sender, since each of them waits for the others. In the
   * common pool they would share one thread on two processors, from JDK 25 on.
   */
  private final ExecutorService threads = Executors.newCachedThreadPool();

  static Stream<BroadcastBaseline> baselines() {
    return ServiceLoader.load(BroadcastBaseline.class).stream().map(ServiceLoader.Provider::get);
  }

  @AfterEach
  void endThreads() throws Exception {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void areFoundByTheirNames() {
    assertThat(baselines().map(BroadcastBaseline::name))
        .containsExactlyInAnyOrder("batched", "batched-noise", "java-websocket", "tcp", "undertow");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("baselines")
  void everyReceiverGetsEveryMessageOnceAndInOrder(BroadcastBaseline baseline) throws Exception {
    int messages = 2000;
    try (BroadcastServer server = baseline.start()) {
      List<Receiver> receivers = connect(baseline, server);
      List<CompletableFuture<Void>> done = new ArrayList<>();
      for (Receiver receiver : receivers) {
        done.add(CompletableFuture.runAsync(() -> expectInOrder(receiver, messages), threads));
      }
      for (int i = 0; i < messages; i++) {
        server.broadcast(payload(i));
      }
      CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
      receivers.forEach(Receiver::close);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("baselines")
  void aReceiverThatStopsReadingHoldsTheSenderBackUntilItGoesOn(BroadcastBaseline baseline)
      throws Exception {
    int messages = 1000;
    var sent = new AtomicInteger();
    try (BroadcastServer server = baseline.start()) {
      List<Receiver> receivers = connect(baseline, server);
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(() -> sendLarge(server, messages, sent), threads);
      int reached = awaitStandstill(sent);
      assertThat(reached).isLessThan(messages);
      List<CompletableFuture<Void>> done = new ArrayList<>();
      for (Receiver receiver : receivers) {
        done.add(CompletableFuture.runAsync(() -> expectLarge(receiver, messages), threads));
      }
      CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
      sending.get(10, TimeUnit.SECONDS);
      receivers.forEach(Receiver::close);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("baselines")
  void aReceiverThatLeavesIsNotWaitedFor(BroadcastBaseline baseline) throws Exception {
    try (BroadcastServer server = baseline.start()) {
      List<Receiver> receivers = connect(baseline, server);
      receivers.remove(0).close();
      awaitReceivers(server, RECEIVERS - 1);
      server.broadcast(payload(0));
      for (Receiver receiver : receivers) {
        expectInOrder(receiver, 1);
        receiver.close();
      }
    }
  }

  private static List<Receiver> connect(BroadcastBaseline baseline, BroadcastServer server)
      throws Exception {
    List<Receiver> receivers = new ArrayList<>();
    for (int i = 0; i < RECEIVERS; i++) {
      receivers.add(Receiver.connect(server, baseline.wire()));
    }
    awaitReceivers(server, RECEIVERS);
    return receivers;
  }

  private static void awaitReceivers(BroadcastServer server, int count) throws Exception {
    Patience.await(() -> server.receivers() == count);
  }

  private static byte[] payload(int number) {
    int[] sizes = {SMALL, TWO_BYTE_LENGTH, EIGHT_BYTE_LENGTH};
    return ByteBuffer.allocate(sizes[number % sizes.length]).putInt(0, number).array();
  }

  private static void expectInOrder(Receiver receiver, int messages) {
    for (int i = 0; i < messages; i++) {
      byte[] received = receiver.read();
      assertThat(received).hasSameSizeAs(payload(i));
      assertThat(ByteBuffer.wrap(received).getInt()).isEqualTo(i);
    }
  }

  private static void sendLarge(BroadcastServer server, int messages, AtomicInteger sent) {
    try {
      for (int i = 0; i < messages; i++) {
        server.broadcast(ByteBuffer.allocate(EIGHT_BYTE_LENGTH).putInt(0, i).array());
        sent.incrementAndGet();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void expectLarge(Receiver receiver, int messages) {
    for (int i = 0; i < messages; i++) {
      assertThat(ByteBuffer.wrap(receiver.read()).getInt()).isEqualTo(i);
    }
  }

  /** The count at which the sender stays for half a second. */
  private static int awaitStandstill(AtomicInteger sent) throws Exception {
    long half = TimeUnit.MILLISECONDS.toNanos(500);
    var last = new int[] {-1};
    var since = new long[] {System.nanoTime()};
    Patience.await(() -> {
      if (sent.get() != last[0]) {
        last[0] = sent.get();
        since[0] = System.nanoTime();
      }
      return System.nanoTime() - since[0] > half;
    });
    return last[0];
  }
}
