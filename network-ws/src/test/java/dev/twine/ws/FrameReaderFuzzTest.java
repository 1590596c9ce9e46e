package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.gossip.TooLargeException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes of a hostile peer: at worst one refusal, and never a leak. */
class FrameReaderFuzzTest {
  private static final int MUTATIONS = 10_000;

  @Test
  void mutationsOfAValidCaptureAreReadOrRefusedOnce() {
    var random = new Random(20_261_121);
    byte[] capture = capture();
    int messages = 0;
    int refusals = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = capture.clone();
      int flips = random.nextInt(4);
      for (int flip = 0; flip < flips; flip++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      var outcome = feed(bytes, 100 + random.nextInt(bytes.length));
      messages += outcome.messages;
      refusals += outcome.refusals;
    }
    assertThat(messages).isGreaterThan(MUTATIONS);
    assertThat(refusals).isBetween(MUTATIONS / 20, MUTATIONS);
  }

  @FuzzTest(maxDuration = "60s")
  void anyBytesAreReadOrRefusedOnce(byte[] bytes) {
    feed(bytes, 7);
  }

  /** Counts what comes out of a reader; fails if it is anything but messages and one refusal. */
  private static final class Outcome extends ChannelInboundHandlerAdapter {
    int messages;
    int refusals;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      assertThat(refusals).as("refusals before a message").isZero();
      if (message instanceof ByteBuf bytes) {
        messages++;
        assertThat(bytes.readableBytes()).isBetween(2, 1_026);
        bytes.release();
      } else {
        assertThat(message).isInstanceOf(ControlFrame.class);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      refusals++;
      assertThat(cause).isInstanceOfAny(WsException.class, TooLargeException.class);
    }
  }

  private static Outcome feed(byte[] bytes, int chunk) {
    var outcome = new Outcome();
    var channel = new EmbeddedChannel(new FrameReader(true, FrameReaderFuzzTest::limit), outcome);
    for (int from = 0; from < bytes.length; from += chunk) {
      int length = Math.min(chunk, bytes.length - from);
      channel.writeInbound(Unpooled.copiedBuffer(bytes, from, length));
    }
    channel.finishAndReleaseAll();
    assertThat(outcome.refusals).isLessThanOrEqualTo(1);
    return outcome;
  }

  /** As of a tag table whose tags have one limit. */
  private static int limit(int head, int known) {
    return known < 2 ? 6 << 20 : 1_026;
  }

  private static byte[] capture() {
    ByteBuf wire = Unpooled.buffer();
    Frames.append(wire, Frames.binary(Frames.message("MI", 11), true));
    Frames.append(wire, Frames.frame(true, FrameHeader.PING, new byte[8], true));
    Frames.append(wire, Frames.frame(false, FrameHeader.BINARY, new byte[] {'T'}, true));
    Frames.append(wire, Frames.frame(true, FrameHeader.PONG, new byte[8], true));
    Frames.append(wire, Frames.frame(true, FrameHeader.CONTINUATION, new byte[300], true));
    Frames.append(wire, Frames.binary(Frames.message("TX", 200), true));
    Frames.append(wire, Frames.frame(true, FrameHeader.CLOSE, new byte[] {3, -24, 'b'}, true));
    byte[] bytes = ByteBufUtil.getBytes(wire);
    wire.release();
    return bytes;
  }
}
