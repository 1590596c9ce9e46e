package dev.twine.libp2p.core.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.EmbeddedStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A peer that asks for a measurement, or answers one, with anything in any pieces. */
class PerfFuzzTest {
  /** What an embedded stream takes at once, since nobody carries it away. */
  private static final int MOST = 1 << 20;

  @FuzzTest(maxDuration = "150s")
  void asManyBytesAsWereAskedForAndOnlyAfterTheUpload(FuzzedDataProvider data) {
    EmbeddedStream server = EmbeddedConnection.toPeer(1).accept(new Perf());
    long wanted = data.consumeBoolean() ? data.consumeLong(0, MOST) : data.consumeLong();
    int kept = data.consumeInt(0, Long.BYTES);
    ByteBuf upload = Unpooled.buffer().writeLong(wanted).writerIndex(kept);
    upload.writeBytes(data.consumeBytes(20_000));
    int cut = data.consumeInt(0, upload.writerIndex());
    server.writeInbound(upload.copy(0, cut));
    server.writeInbound(upload.copy(cut, upload.writerIndex() - cut));
    assertThat(server.outboundMessages()).isEmpty();
    boolean whole = upload.writerIndex() >= Long.BYTES;
    // What is cut off the number is made up by the bytes that follow.
    long asked = whole ? upload.getLong(0) : 0;
    if (asked >= 0 && asked <= MOST) {
      server.endInput();
      ByteBuf download = server.written();
      assertThat((long) download.readableBytes()).isEqualTo(asked);
      assertThat(server.wasReset()).isEqualTo(!whole);
      download.release();
    }
    server.finishAndReleaseAll();
    upload.release();
  }

  @FuzzTest(maxDuration = "150s")
  void anAnswerOfAnotherLengthFails(FuzzedDataProvider data) {
    EmbeddedConnection connection = EmbeddedConnection.toPeer(1);
    int upload = data.consumeInt(0, 100_000);
    int download = data.consumeInt(0, 100_000);
    PerfRun run = Perf.run(connection, upload, download);
    EmbeddedStream client = connection.opened.remove();
    client.written().release();
    int sent = 0;
    while (data.remainingBytes() > 0 && client.isOpen()) {
      int length = data.consumeInt(1, 20_000);
      sent += length;
      client.writeInbound(Unpooled.buffer(length).writeZero(length));
    }
    if (client.isOpen()) {
      client.endInput();
    }
    client.finishAndReleaseAll();
    assertThat(run.result()).isDone();
    assertThat(run.result().isCompletedExceptionally()).isEqualTo(sent != download);
  }
}
