package dev.twine.libp2p.core.ping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.EmbeddedStream;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PingTest {
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  private final EmbeddedConnection connection = EmbeddedConnection.toPeer(1);

  @Test
  void asksAndAnswersOnOneStreamAndClosesIt() {
    EmbeddedStream server = connection.accept(new Ping());
    CompletableFuture<Duration> rtt = Ping.ping(connection, DEADLINE);
    EmbeddedStream client = connection.opened.remove();
    ByteBuf sent = client.written();
    assertThat(sent.readableBytes()).isEqualTo(32);

    server.writeInbound(sent);
    client.writeInbound(server.written());

    assertThat(rtt.join()).isGreaterThanOrEqualTo(Duration.ZERO);
    assertThat(client.isOpen()).isFalse();
    assertThat(client.wasReset()).isFalse();
    server.endInput();
    assertThat(server.isOpen()).isFalse();
    assertThat(server.wasReset()).isFalse();
    assertThat(connection.requests.get(0).protocols()).containsExactly("/ipfs/ping/1.0.0");
    server.finishAndReleaseAll();
    client.finishAndReleaseAll();
  }

  @Test
  void onePingAfterAnotherOnNewStreamsAndOnOne() {
    for (int i = 0; i < 3; i++) {
      CompletableFuture<Duration> rtt = Ping.ping(connection, DEADLINE);
      EmbeddedStream client = connection.opened.remove();
      client.writeInbound(client.written());
      assertThat(rtt).isCompleted();
      client.finishAndReleaseAll();
    }
    PingStream pings = Ping.open(connection, DEADLINE).join();
    EmbeddedStream client = connection.opened.remove();
    String last = "";
    for (int i = 0; i < 3; i++) {
      CompletableFuture<Duration> rtt = pings.ping(DEADLINE);
      ByteBuf sent = client.written();
      assertThat(ByteBufUtil.hexDump(sent)).hasSize(64).isNotEqualTo(last);
      last = ByteBufUtil.hexDump(sent);
      client.writeInbound(sent);
      assertThat(rtt).isCompleted();
    }
    pings.close();
    assertThat(client.isOpen()).isFalse();
    client.finishAndReleaseAll();
  }

  @Test
  void anEchoIsTakenHoweverItIsSplit() {
    for (int cut = 1; cut < PingState.BYTES; cut++) {
      CompletableFuture<Duration> rtt = Ping.ping(connection, DEADLINE);
      EmbeddedStream client = connection.opened.remove();
      ByteBuf echo = client.written();
      client.writeInbound(echo.readRetainedSlice(cut));
      assertThat(rtt).isNotDone();
      client.writeInbound(echo);
      assertThat(rtt).isCompleted();
      client.finishAndReleaseAll();
    }
  }

  @Test
  void aWrongByteOrOneTooManyIsNoEcho() {
    CompletableFuture<Duration> wrong = Ping.ping(connection, DEADLINE);
    EmbeddedStream first = connection.opened.remove();
    ByteBuf echo = first.written();
    echo.setByte(31, echo.getByte(31) ^ 1);
    first.writeInbound(echo);
    assertThat(Failure.of(wrong)).isEqualTo(FailureReason.PROTOCOL_ERROR);
    assertThat(first.wasReset()).isTrue();

    PingStream pings = Ping.open(connection, DEADLINE).join();
    EmbeddedStream second = connection.opened.remove();
    CompletableFuture<Duration> rtt = pings.ping(DEADLINE);
    second.writeInbound(second.written().writeByte(0));
    assertThat(rtt).isCompletedExceptionally();
    assertThat(second.wasReset()).isTrue();
    first.finishAndReleaseAll();
    second.finishAndReleaseAll();
  }

  @Test
  void aLateAnswerFailsAtTheDeadlineAndResets() {
    PingStream pings = Ping.open(connection, DEADLINE).join();
    EmbeddedStream client = connection.opened.remove();
    client.freezeTime();
    CompletableFuture<Duration> rtt = pings.ping(Duration.ofMillis(100));
    client.advanceTimeBy(99, TimeUnit.MILLISECONDS);
    client.runScheduledPendingTasks();
    assertThat(rtt).isNotDone();
    client.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    client.runScheduledPendingTasks();

    assertThat(Failure.of(rtt)).isEqualTo(FailureReason.TIMEOUT);
    assertThat(client.wasReset()).isTrue();
    assertThat(Failure.of(pings.ping(DEADLINE))).isEqualTo(FailureReason.CLOSED);
    client.finishAndReleaseAll();
  }

  @Test
  void aResetAnEndAndAClosedConnectionFailThePing() {
    CompletableFuture<Duration> reset = Ping.ping(connection, DEADLINE);
    EmbeddedStream first = connection.opened.remove();
    first.resetByPeer();
    CompletableFuture<Duration> ended = Ping.ping(connection, DEADLINE);
    EmbeddedStream second = connection.opened.remove();
    second.endInput();
    connection.close();

    assertThat(Failure.of(reset)).isEqualTo(FailureReason.RESET_BY_PEER);
    assertThat(Failure.of(ended)).isEqualTo(FailureReason.CLOSED);
    assertThat(Failure.of(Ping.ping(connection, DEADLINE))).isEqualTo(FailureReason.CLOSED);
    first.finishAndReleaseAll();
    second.finishAndReleaseAll();
  }

  @Test
  void aSecondPingUnderWayIsRefused() {
    PingStream pings = Ping.open(connection, DEADLINE).join();
    EmbeddedStream client = connection.opened.remove();
    CompletableFuture<Duration> first = pings.ping(DEADLINE);

    assertThat(Failure.of(pings.ping(DEADLINE))).isEqualTo(FailureReason.LIMIT);
    client.writeInbound(client.written());
    assertThat(first).isCompleted();
    client.finishAndReleaseAll();
  }

  @Test
  void theEchoSendsWholePingsHoweverTheyCome() {
    byte[] pings = new byte[PingState.BYTES * 5];
    new Random(3).nextBytes(pings);
    for (int chunk = 1; chunk <= pings.length; chunk += 7) {
      EmbeddedStream server = connection.accept(new Ping());
      for (int from = 0; from < pings.length; from += chunk) {
        int length = Math.min(chunk, pings.length - from);
        server.writeInbound(Unpooled.copiedBuffer(pings, from, length));
        int sent = server.outboundMessages().stream()
            .mapToInt(message -> ((ByteBuf) message).readableBytes())
            .sum();
        assertThat(sent).isEqualTo((from + length) / PingState.BYTES * PingState.BYTES);
      }
      assertThat(ByteBufUtil.getBytes(server.written())).isEqualTo(pings);
      server.writeInbound(Unpooled.wrappedBuffer(new byte[5]));
      server.endInput();
      assertThat(server.written().readableBytes()).isZero();
      assertThat(server.isOpen()).isFalse();
      server.finishAndReleaseAll();
    }
  }

  @Test
  void theEchoStopsReadingWhileThePeerDoesNot() {
    EmbeddedStream server = connection.accept(new Ping());
    server.config().setWriteBufferWaterMark(new WriteBufferWaterMark(32, 64));
    server.pipeline().addFirst(new Holding());

    server.writeInbound(Unpooled.buffer().writeZero(32 * 4));
    assertThat(server.config().isAutoRead()).isFalse();
    server.pipeline().remove(Holding.class);
    server.flush();

    assertThat(server.config().isAutoRead()).isTrue();
    assertThat(server.written().readableBytes()).isEqualTo(32 * 4);
    server.finishAndReleaseAll();
  }

  @Test
  void aSilentPeerMakesRoomAfterAMinute() {
    EmbeddedStream server = connection.accept(new Ping());
    server.freezeTime();
    server.advanceTimeBy(Ping.IDLE_SECONDS + 1, TimeUnit.SECONDS);
    server.runScheduledPendingTasks();

    assertThat(server.isOpen()).isFalse();
    assertThat(new Ping().maxInboundPerConnection()).isEqualTo(2);
    server.finishAndReleaseAll();
  }
}
