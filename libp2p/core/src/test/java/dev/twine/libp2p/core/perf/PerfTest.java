package dev.twine.libp2p.core.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.EmbeddedStream;
import dev.twine.libp2p.core.Failure;
import dev.twine.libp2p.core.FailureReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PerfTest {
  private final EmbeddedConnection connection = EmbeddedConnection.toPeer(1);

  @Test
  void uploadsThenDownloadsExactly() {
    for (long size : new long[] {0, 1, 65_535, 65_536, 65_537, 300_000}) {
      EmbeddedStream server = connection.accept(new Perf());
      PerfRun run = Perf.run(connection, size, size / 2);
      EmbeddedStream client = connection.opened.remove();
      assertThat(client.isOutputShutdown()).isTrue();
      ByteBuf sent = client.written();
      assertThat(sent.readableBytes()).isEqualTo(8 + (int) size);

      server.writeInbound(sent);
      assertThat(server.outboundMessages())
          .as("not before the end of the upload")
          .isEmpty();
      server.endInput();
      assertThat(server.isOpen()).isFalse();
      client.writeInbound(server.written());
      assertThat(run.result()).isNotDone();
      client.endInput();

      PerfResult result = run.result().join();
      assertThat(result.uploaded()).isEqualTo(size).isEqualTo(run.uploaded());
      assertThat(result.downloaded()).isEqualTo(size / 2).isEqualTo(run.downloaded());
      assertThat(result.total().isNegative()).isFalse();
      client.finishAndReleaseAll();
      server.finishAndReleaseAll();
    }
  }

  @Test
  void theRequestLeavesInOneWriteAndIsTakenSplit() {
    Perf.run(connection, 0, 3);
    EmbeddedStream client = connection.opened.remove();
    ByteBuf request = client.readOutbound();
    assertThat(ByteBufUtil.hexDump(request)).isEqualTo("0000000000000003");
    for (int cut = 1; cut < 8; cut++) {
      EmbeddedStream server = connection.accept(new Perf());
      server.writeInbound(request.retainedSlice(0, cut));
      server.writeInbound(request.retainedSlice(cut, 8 - cut));
      server.endInput();
      assertThat(server.written().readableBytes()).isEqualTo(3);
      server.finishAndReleaseAll();
    }
    request.release();
    client.finishAndReleaseAll();
  }

  @Test
  void anEndBeforeTheRequestIsWholeResets() {
    for (int length = 0; length < 8; length++) {
      EmbeddedStream server = connection.accept(new Perf());
      server.writeInbound(Unpooled.buffer().writeZero(length));
      server.endInput();
      assertThat(server.wasReset()).isTrue();
      server.finishAndReleaseAll();
    }
  }

  @Test
  void aDownloadOfAllBitsIsServedOnlyWhileThePeerTakesIt() {
    EmbeddedStream server = connection.accept(new Perf());
    server.pipeline().addFirst(new Window(200_000));
    server.writeInbound(Unpooled.buffer().writeLong(-1));
    server.endInput();

    int sent = server.written().readableBytes();
    assertThat(sent).isBetween(200_000, 400_000);
    assertThat(server.isOpen()).isTrue();
    server.freezeTime();
    server.advanceTimeBy(Perf.STALL.toSeconds() * 2, TimeUnit.SECONDS);
    server.runScheduledPendingTasks();
    server.runScheduledPendingTasks();

    assertThat(server.wasReset()).isTrue();
    server.finishAndReleaseAll();
  }

  @Test
  void lessOrMoreThanAskedForFails() {
    PerfRun less = Perf.run(connection, 0, 10);
    EmbeddedStream first = connection.opened.remove();
    first.writeInbound(Unpooled.buffer().writeZero(9));
    first.endInput();
    PerfRun more = Perf.run(connection, 0, 10);
    EmbeddedStream second = connection.opened.remove();
    second.writeInbound(Unpooled.buffer().writeZero(11));

    assertThat(Failure.of(less.result())).isEqualTo(FailureReason.PROTOCOL_ERROR);
    assertThat(Failure.of(more.result())).isEqualTo(FailureReason.PROTOCOL_ERROR);
    assertThat(first.wasReset()).isTrue();
    assertThat(second.wasReset()).isTrue();
    first.finishAndReleaseAll();
    second.finishAndReleaseAll();
  }

  @Test
  void aResetAStallAndAClosedConnectionFailTheRun() {
    PerfRun reset = Perf.run(connection, 0, 10);
    EmbeddedStream first = connection.opened.remove();
    first.resetByPeer();
    PerfRun stalled = Perf.run(connection, 0, 10);
    EmbeddedStream second = connection.opened.remove();
    second.freezeTime();
    second.advanceTimeBy(Perf.STALL.toSeconds() * 2, TimeUnit.SECONDS);
    second.runScheduledPendingTasks();
    second.runScheduledPendingTasks();
    connection.close();

    assertThat(Failure.of(reset.result())).isEqualTo(FailureReason.RESET_BY_PEER);
    assertThat(Failure.of(stalled.result())).isEqualTo(FailureReason.TIMEOUT);
    assertThat(second.wasReset()).isTrue();
    assertThat(Failure.of(Perf.run(connection, 1, 1).result())).isEqualTo(FailureReason.CLOSED);
    assertThatThrownBy(() -> Perf.run(connection, -1, 0)).hasMessageContaining("-1");
    first.finishAndReleaseAll();
    second.finishAndReleaseAll();
  }

  @Test
  void anyInputOfTheServerEndsInADownloadOrAReset() {
    var random = new Random(20_261_121);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(20)];
      random.nextBytes(bytes);
      for (int at = 0; at < Math.min(6, bytes.length); at++) {
        bytes[at] = 0;
      }
      EmbeddedStream server = connection.accept(new Perf());
      server.writeInbound(Unpooled.wrappedBuffer(bytes));
      server.endInput();
      assertThat(server.wasReset()).isEqualTo(bytes.length < 8);
      int wanted = bytes.length < 8 ? 0 : Unpooled.wrappedBuffer(bytes).getUnsignedShort(6);
      assertThat(server.written().readableBytes()).isEqualTo(wanted);
      server.finishAndReleaseAll();
    }
  }
}
