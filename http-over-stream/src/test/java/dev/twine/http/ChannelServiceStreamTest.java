package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelServiceStreamTest {
  private final AtomicInteger resets = new AtomicInteger();
  private final Slow slow = new Slow();
  private final DuplexEmbeddedChannel channel = new DuplexEmbeddedChannel();
  private final ChannelServiceStream stream;

  ChannelServiceStreamTest() {
    channel.pipeline().addLast(new ResetOnClose(() -> {
      resets.incrementAndGet();
      channel.unsafe().close(channel.voidPromise());
      return channel.newSucceededFuture();
    }));
    channel.pipeline().addLast(slow);
    stream = ChannelServiceStream.on(channel, "test");
  }

  @AfterEach
  void stop() {
    slow.open();
    channel.finishAndReleaseAll();
  }

  @Test
  void whatArrivesIsReadInOrderUpToTheEnd() throws IOException {
    receive(1, 2);
    receive(3);
    channel.endInput();

    assertThat(stream.input().available()).isEqualTo(3);
    assertThat(stream.input().read()).isEqualTo(1);
    assertThat(stream.input().readAllBytes()).containsExactly(2, 3);
    assertThat(stream.input().read()).isEqualTo(-1);
    assertThat(stream.input().read(new byte[0])).isZero();
  }

  @Test
  void aReadThatWaitsTooLongFailsAndTheNextOneGoesOn() throws IOException {
    stream.readTimeout(Duration.ofMillis(50));
    long before = System.nanoTime();

    assertThatThrownBy(() -> stream.input().read()).isInstanceOf(SocketTimeoutException.class);

    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(Duration.ofMillis(50), Duration.ofSeconds(5));
    receive(7);
    assertThat(stream.input().read()).isEqualTo(7);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void readsFromTheChannelUpToTheMarkAndOnWhenItIsTaken() throws IOException {
    channel.writeInbound(zeros(Inflow.HIGH - 1));
    assertThat(channel.config().isAutoRead()).isTrue();
    receive(0);
    assertThat(channel.config().isAutoRead()).isFalse();

    int untilMark = Inflow.HIGH - Inflow.LOW;
    stream.input().readNBytes(untilMark);
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isFalse();
    stream.input().read();
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void aChannelThatDoesNotStopIsTakenFromUpToTheLimitAndNotAByteMore() throws IOException {
    channel.writeInbound(zeros(Inflow.HARD));
    assertThat(channel.isOpen()).isTrue();

    receive(0);

    assertThat(channel.isOpen()).isFalse();
    assertThat(stream.input().readNBytes(Inflow.HARD)).hasSize(Inflow.HARD);
    assertThatThrownBy(() -> stream.input().read()).hasMessageContaining("does not stop reading");
  }

  @Test
  void aChannelThatClosesInTheMiddleIsNoEnd() throws IOException {
    receive(1);
    channel.unsafe().close(channel.voidPromise());

    assertThat(stream.input().read()).isEqualTo(1);
    assertThatThrownBy(() -> stream.input().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the connection ended");
    assertThatThrownBy(() -> stream.output().write(1)).isInstanceOf(IOException.class);
  }

  @Test
  void whereHalvesCannotEndApartClosingIsTheEnd() throws IOException {
    var simple = new EmbeddedChannel();
    ChannelServiceStream one = ChannelServiceStream.on(simple, "test");
    simple.writeInbound(Unpooled.copiedBuffer(new byte[] {1}));
    assertThatThrownBy(one::closeOutput).isInstanceOf(SocketException.class);
    simple.close();

    assertThat(one.input().readAllBytes()).containsExactly(1);
  }

  @Test
  void whatWentWrongInTheChannelIsTheReason() {
    channel.pipeline().fireExceptionCaught(new IOException("the peer gave the stream up"));

    assertThatThrownBy(() -> stream.input().read()).hasMessage("the peer gave the stream up");
    assertThat(resets).hasValue(1);
  }

  @Test
  void theOutputEndsBehindWhatIsWrittenAndTakesNoMore() throws IOException {
    slow.shut();
    stream.output().write(new byte[] {1, 2});
    stream.closeOutput();
    assertThat(channel.isOutputShutdown()).isFalse();

    slow.open();

    assertThat(channel.isOutputShutdown()).isTrue();
    assertThatThrownBy(() -> stream.output().write(3)).isInstanceOf(SocketException.class);
    receive(4);
    assertThat(stream.input().read()).isEqualTo(4);
    assertThat(resets).hasValue(0);
  }

  @Test
  void writesWaitWhileTheOtherEndDoesNotTakeThem() throws Exception {
    slow.shut();
    int all = 4 * Inflow.HIGH;
    var writing = inThread(() -> stream.output().write(new byte[all]));
    int most = Outgoing.HIGH + (16 << 10);
    await().until(() -> slow.bytes() == most);
    await().during(Duration.ofMillis(100)).until(() -> slow.bytes() == most);
    assertThat(writing).isNotDone();

    slow.open();

    assertThat(writing.get(10, TimeUnit.SECONDS)).isNull();
    int written = 0;
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      written += part.readableBytes();
      part.release();
    }
    assertThat(written).isEqualTo(all);
  }

  @Test
  void closingEndsWhoeverWaitsAndGivesTheStreamUp() throws Exception {
    slow.shut();
    var writing = inThread(() -> stream.output().write(new byte[1 << 20]));
    await().until(() -> slow.bytes() > Outgoing.HIGH);
    var reading = inThread(() -> stream.input().read());

    stream.close();

    assertThat(writing.get(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    assertThat(reading.get(10, TimeUnit.SECONDS))
        .isInstanceOf(IOException.class)
        .hasMessage("Socket closed");
    assertThat(resets).hasValue(1);
  }

  @Test
  void closingDropsWhatWasNotRead() {
    receive(1, 2, 3);

    stream.close();
    stream.close();

    assertThat(stream.input()).satisfies(in -> assertThat(in.available()).isZero());
    assertThatThrownBy(() -> stream.input().read()).isInstanceOf(IOException.class);
    assertThatThrownBy(stream::closeOutput).isInstanceOf(SocketException.class);
    assertThat(resets).hasValue(1);
  }

  @Test
  void closingWhenAllIsSaidIsNoReset() throws IOException {
    stream.output().write(1);
    channel.endInput();

    stream.input().close();

    assertThat(channel.isOutputShutdown()).isTrue();
    assertThat(channel.isOpen()).isFalse();
    assertThat(resets).hasValue(0);
  }

  @Test
  void aThreadThatIsInterruptedGivesTheStreamUp() throws Exception {
    var failure = new CompletableFuture<Throwable>();
    var reader = new Thread(() -> {
      failure.complete(catchThrowable(() -> stream.input().read()));
    });
    reader.start();
    await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);

    reader.interrupt();

    assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
    assertThat(resets).hasValue(1);
  }

  @Test
  void refusesToWaitWhereThatWouldHoldUpWhatItWaitsFor() throws Exception {
    var failures = new CompletableFuture<Throwable>();
    new FastThreadLocalThread(() -> {
          Throwable reading = catchThrowable(() -> stream.input().read());
          Throwable writing = catchThrowable(() -> stream.output().write(1));
          assertThat(writing).isInstanceOf(IllegalStateException.class);
          failures.complete(reading);
        })
        .start();

    assertThat(failures.get(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
  }

  private static CompletableFuture<Throwable> inThread(ThrowingCallable call) {
    var outcome = new CompletableFuture<Throwable>();
    new Thread(() -> outcome.complete(catchThrowable(call))).start();
    return outcome;
  }

  private void receive(int... bytes) {
    ByteBuf buffer = Unpooled.buffer(bytes.length);
    for (int one : bytes) {
      buffer.writeByte(one);
    }
    channel.writeInbound(buffer);
  }

  private static ByteBuf zeros(int count) {
    return Unpooled.wrappedBuffer(new byte[count]);
  }

  /** Holds writes back while it is shut. */
  private static final class Slow extends ChannelOutboundHandlerAdapter {
    private record Held(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {}

    private final Queue<Held> held = new ArrayDeque<>();
    private boolean shut;

    synchronized void shut() {
      shut = true;
    }

    synchronized int bytes() {
      return held.stream()
          .mapToInt(one -> ((ByteBuf) one.message).readableBytes())
          .sum();
    }

    synchronized void open() {
      shut = false;
      for (Held one = held.poll(); one != null; one = held.poll()) {
        one.ctx.writeAndFlush(one.message, one.promise);
      }
    }

    @Override
    public synchronized void write(
        ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      if (shut) {
        held.add(new Held(ctx, message, promise));
      } else {
        ctx.write(message, promise);
      }
    }
  }
}
