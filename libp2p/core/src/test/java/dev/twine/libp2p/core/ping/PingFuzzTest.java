package dev.twine.libp2p.core.ping;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.EmbeddedStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A peer that pings, or answers pings, with anything in any pieces. */
class PingFuzzTest {
  @FuzzTest(maxDuration = "150s")
  void whatComesIsEchoedOrResetAndNothingElse(FuzzedDataProvider data) {
    EmbeddedStream server = EmbeddedConnection.toPeer(1).accept(new Ping());
    ByteBuf sent = feed(server, data);
    ByteBuf echoed = server.written();
    // Whole pings only, and each as it came.
    assertThat(echoed.readableBytes() % 32).isZero();
    assertThat(echoed)
        .isEqualTo(sent.slice(0, Math.min(echoed.readableBytes(), sent.writerIndex())));
    echoed.release();
    server.finishAndReleaseAll();
  }

  @FuzzTest(maxDuration = "150s")
  void anAnswerCountsOnlyIfItIsTheEcho(FuzzedDataProvider data) {
    EmbeddedConnection connection = EmbeddedConnection.toPeer(1);
    CompletableFuture<Duration> rtt = Ping.ping(connection, Duration.ofSeconds(5));
    EmbeddedStream client = connection.opened.remove();
    client.written().release();
    feed(client, data);
    if (client.isOpen()) {
      client.endInput();
    }
    client.finishAndReleaseAll();
    // 32 random bytes are not guessed.
    assertThat(rtt).isCompletedExceptionally();
  }

  private static ByteBuf feed(EmbeddedStream stream, FuzzedDataProvider data) {
    ByteBuf all = Unpooled.buffer();
    while (data.remainingBytes() > 0 && stream.isOpen()) {
      byte[] piece = data.consumeBytes(data.consumeInt(1, 100));
      all.writeBytes(piece);
      stream.writeInbound(Unpooled.copiedBuffer(piece));
      if (data.consumeBoolean() && stream.isOpen()) {
        stream.endInput();
      }
    }
    return all;
  }
}
