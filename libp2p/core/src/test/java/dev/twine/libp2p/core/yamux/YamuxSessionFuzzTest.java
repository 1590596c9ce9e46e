package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.MuxerConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;

/**
 * A peer that sends frames which mean something, in any order, while this side opens, writes, ends,
 * resets and stops reading streams.
 */
class YamuxSessionFuzzTest {
  private static final int MAX_STEPS = 400;

  @FuzzTest(maxDuration = "150s")
  void headersReadAsTheyAreWrittenOrAreRefused(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    while (in.readableBytes() >= FrameHeader.SIZE) {
      ByteBuf expected = in.slice(in.readerIndex(), FrameHeader.SIZE);
      try {
        ByteBuf out = Unpooled.buffer();
        FrameHeader.read(in).write(out);
        assertThat(out).isEqualTo(expected);
      } catch (YamuxException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
    }
  }

  @FuzzTest(maxDuration = "150s")
  void anyCourseOfASessionEndsCleanly(FuzzedDataProvider data) {
    var end = new Link.End(data.consumeBoolean(), MuxerConfig.defaults());
    List<YamuxStream> streams = new ArrayList<>();
    end.acceptor = stream -> {
      stream.pipeline().addLast(new Echo());
      streams.add((YamuxStream) stream);
    };
    for (int step = 0;
        step < MAX_STEPS && data.remainingBytes() > 0 && end.channel.isOpen();
        step++) {
      step(end, streams, data);
    }
    boolean refused = !end.failures.isEmpty();
    assertThat(end.failures).hasSizeLessThanOrEqualTo(1);
    assertThat(end.failures).allMatch(Libp2pException.class::isInstance);
    assertThat(refused && end.channel.isOpen()).isFalse();
    end.channel.finishAndReleaseAll();
    end.channel.runPendingTasks();
    assertThat(end.muxer.streams()).isZero();
    assertThat(end.session().windows().granted()).isZero();
    assertThat(streams).noneMatch(YamuxStream::isOpen);
  }

  private static void step(Link.End end, List<YamuxStream> streams, FuzzedDataProvider data) {
    int what = data.consumeInt(0, 15);
    if (what < 9) {
      end.channel.writeInbound(frame(data));
    } else if (what == 9 && streams.size() < 100) {
      end.muxer.open(new ChannelInboundHandlerAdapter()).addListener(opened -> {
        if (opened.isSuccess()) {
          streams.add((YamuxStream) opened.getNow());
        }
      });
    } else if (!streams.isEmpty()) {
      act(what, streams.get(data.consumeInt(0, streams.size() - 1)), data);
    }
    end.sent().release();
  }

  private static void act(int what, YamuxStream stream, FuzzedDataProvider data) {
    switch (what) {
      case 10 -> {
        int length = data.consumeInt(0, 300_000);
        stream.writeAndFlush(Unpooled.buffer(length).writeZero(length));
      }
      case 11 -> stream.shutdownOutput();
      case 12 -> stream.reset();
      case 13 -> stream.close();
      case 14 -> stream.config().setAutoRead(data.consumeBoolean());
      default -> stream.read();
    }
  }

  /** Mostly of streams that may exist, with lengths near the windows. */
  private static ByteBuf frame(FuzzedDataProvider data) {
    FrameType type = data.pickValue(FrameType.values());
    int flags = data.consumeInt(0, 15);
    int stream = data.consumeInt(0, 9);
    int length = data.consumeBoolean() ? data.consumeInt(0, 70) : data.consumeInt(0, 300_000);
    ByteBuf out = Wire.frame(type, flags, stream, length);
    if (type == FrameType.DATA) {
      out.writeZero(data.consumeBoolean() ? length : length / 2);
    }
    return out;
  }
}
