package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much of a large transfer goes to the socket at once. */
class BurstTest {
  private static final int HIGH_MARK = 128 << 10;
  private static final int BODY = 65_524;
  private static final int FRAME = BODY + FrameHeader.SIZE;

  private final Socket socket = new Socket();
  private final ByteBuf body = Unpooled.directBuffer(BODY).writeZero(BODY);
  private final FrameWriter frames =
      new FrameWriter(socket.pipeline().context(Flushes.class), 64 << 10);

  @AfterEach
  void close() {
    frames.release();
    body.release();
    socket.finishAndReleaseAll();
  }

  @Test
  void growsWhileAllIsTakenAndIsSmallAgainWhenItIsNot() {
    var burst = new Burst();
    assertThat(burst.bytes()).isEqualTo(Burst.LEAST);
    burst.flushed(true);
    assertThat(burst.bytes()).isEqualTo(Burst.MOST);
    burst.flushed(true);
    assertThat(burst.bytes()).isEqualTo(Burst.MOST);
    burst.flushed(false);
    assertThat(burst.bytes()).isEqualTo(Burst.LEAST);
  }

  @Test
  void aSocketThatTakesEverythingGetsFourFramesAFlush() {
    send(10);

    assertThat(socket.flushed).containsExactly(2L * FRAME, 4L * FRAME, 4L * FRAME);
    assertThat(Burst.MOST).isEqualTo(4 * FRAME);
  }

  @Test
  void aSocketThatStopsTakingIsCommittedToNoMoreThanItsMarkAndOneBurst() {
    send(6);
    socket.takes = false;

    assertThat(send(100)).isEqualTo(4);
    assertThat(socket.unsafe().outboundBuffer().totalPendingWriteBytes())
        .isLessThan(HIGH_MARK + Burst.MOST);

    socket.takes = true;
    socket.flush();
    socket.takes = false;
    assertThat(send(100)).isEqualTo(2);
  }

  @Test
  void whatIsAlreadyThereDoesNotFlushByItself() {
    frames.control(FrameType.PING, FrameHeader.SYN, 0, 1);

    assertThat(frames.isWritable()).isTrue();
    assertThat(socket.flushed).isEmpty();
    frames.flush();
    assertThat(socket.flushed).containsExactly((long) FrameHeader.SIZE);
  }

  /** Sends frames as long as the writer takes them, and returns how many those were. */
  private int send(int most) {
    int sent = 0;
    while (sent < most && frames.isWritable()) {
      frames.data(0, 1, BODY);
      frames.body(body, BODY);
      sent++;
    }
    frames.flush();
    return sent;
  }

  private static final class Flushes extends ChannelDuplexHandler {
    @Override
    public void flush(ChannelHandlerContext ctx) {
      ctx.flush();
    }
  }

  /** Takes all or nothing, and notes how much was flushed at a time. */
  private static final class Socket extends EmbeddedChannel {
    private final List<Long> flushed = new ArrayList<>();
    private boolean takes = true;

    Socket() {
      config().setWriteBufferWaterMark(new WriteBufferWaterMark(HIGH_MARK / 2, HIGH_MARK));
      pipeline().addLast(new Flushes());
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
      if (takes) {
        long bytes = in.totalPendingWriteBytes() - (long) in.size() * 96;
        if (bytes > 0) {
          flushed.add(bytes);
        }
        super.doWrite(in);
      }
    }
  }
}
