package dev.twine.libp2p.core.yamux;

import static dev.twine.libp2p.core.yamux.FrameHeader.RST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.QueueLimits;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What Netty's handlers and those who write them expect of any channel. */
class YamuxNettyTest {
  private static final int MIB = 1 << 20;
  private static final MuxerConfig CONFIG = MuxerConfig.of(Limits.defaults()
      .with(QueueLimits.defaults().withStalls(Duration.ofSeconds(60), Duration.ofSeconds(4))));

  @AutoClose
  private final Link link = new Link(CONFIG, CONFIG);

  private final List<String> events = new ArrayList<>();

  YamuxNettyTest() {
    link.listener.acceptor = stream -> stream.pipeline().addLast(new Diary());
    link.pump();
  }

  @Test
  void writabilityThatAUserSetsIsTheUsersOwn() {
    link.listener.acceptor = stream -> stream.config().setAutoRead(false);
    YamuxStream stream = link.dialler.open(new Collector());
    stream.writeAndFlush(Unpooled.buffer().writeZero(SendWindow.INITIAL));
    link.pump();
    assertThat(stream.isWritable()).isFalse();
    ChannelOutboundBuffer queue = stream.unsafe().outboundBuffer();

    for (int index = 1; index <= 3; index++) { // Those of Netty's traffic shaping.
      queue.setUserDefinedWritability(index, false);
      queue.setUserDefinedWritability(index, true);
      assertThat(stream.isWritable()).isFalse();
      queue.setUserDefinedWritability(index, false);
    }
    link.listener.accepted.get(0).config().setAutoRead(true);
    link.pump();

    assertThat(stream.isWritable()).isFalse();
    for (int index = 1; index <= 3; index++) {
      queue.setUserDefinedWritability(index, true);
    }
    assertThat(stream.isWritable()).isTrue();
  }

  @Test
  void aReadIsCompleteBeforeTheEndThatCameWithIt() {
    YamuxStream stream = link.dialler.open(new Collector());
    stream.write(Unpooled.buffer().writeZero(5));
    stream.shutdownOutput();
    link.pump();

    assertThat(events).containsExactly("read", "complete", "end");
  }

  @Test
  void aReadIsCompleteBeforeTheStreamIsOver() {
    YamuxStream stream = link.dialler.open(new Collector());
    link.pump();
    link.listener.accepted.get(0).shutdownOutput();
    link.pump();
    stream.write(Unpooled.buffer().writeZero(5));
    stream.shutdownOutput();
    link.pump();

    assertThat(events).containsExactly("read", "complete", "end", "inactive");
  }

  @Test
  void whoEndsItsHalfWithTheLastReadIsStillToldOfThePeersEnd() {
    link.listener.acceptor = stream -> {
      stream.config().setAutoRead(false);
      stream.pipeline().addLast(new Diary() {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
          super.channelRead(ctx, message);
          ((YamuxStream) ctx.channel()).shutdownOutput();
        }
      });
    };
    YamuxStream stream = link.dialler.open(new Collector());
    stream.write(Unpooled.buffer().writeZero(5));
    stream.shutdownOutput();
    link.pump();
    link.listener.accepted.get(0).read();
    link.pump();

    assertThat(events).containsExactly("read", "complete", "end", "inactive");
    assertThat(stream.isOpen()).isFalse();
  }

  @Test
  void whoWaitsForCreditOfAStreamThatClosesLearnsOfItAtOnce() {
    for (boolean half : new boolean[] {false, true}) {
      var near = new Collector();
      link.listener.acceptor = stream -> stream.config().setAutoRead(false);
      YamuxStream stream = link.dialler.open(near);
      stream.writeAndFlush(Unpooled.buffer().writeZero(2 * SendWindow.INITIAL));
      link.pump();
      YamuxStream other = link.listener.accepted.get(link.listener.accepted.size() - 1);
      if (half) {
        other.shutdownOutput();
        link.pump();
      }
      other.close();
      link.pump();

      assertThat(near.ended).isTrue();
      assertThat(near.failures)
          .singleElement()
          .isInstanceOfSatisfying(
              Libp2pException.class,
              e -> assertThat(e.reason()).isEqualTo(FailureReason.RESET_BY_PEER));
      assertThat(stream.isOpen()).isFalse();
    }
  }

  @Test
  void aReadIsCompleteBeforeTheResetThatCameWithIt() {
    YamuxStream stream = link.dialler.open(new Collector());
    link.pump();
    ByteBuf frames = Unpooled.buffer();
    FrameHeader.write(frames, FrameType.DATA, 0, 1, 5);
    frames.writeZero(5);
    FrameHeader.write(frames, FrameType.WINDOW_UPDATE, RST, 1, 0);
    link.listener.channel.writeInbound(frames);

    assertThat(events).containsExactly("read", "complete", "RESET_BY_PEER", "inactive");
    stream.reset();
  }

  @Test
  void aReadIsCompleteBeforeTheConnectionEnds() {
    link.dialler.open(new Collector());
    link.pump();
    link.listener.channel.pipeline().fireChannelRead(Wire.data(0, 1, 5));
    link.listener.channel.pipeline().fireChannelInactive();
    link.listener.channel.runPendingTasks();

    assertThat(events).containsExactly("read", "complete", "CLOSED", "inactive");
  }

  @Test
  void aStreamThatHasClosedLeavesNoTimerBehind() {
    long idle = link.dialler.channel.runScheduledPendingTasks();
    YamuxStream stream = link.dialler.open(new Collector());
    link.pump();

    stream.close();
    link.pump();

    assertThat(stream.closeFuture().isDone()).isTrue();
    assertThat(link.dialler.channel.runScheduledPendingTasks()).isEqualTo(idle);
  }

  @Test
  void aBusyConnectionThatIsReadToGoesOnOnceATurn() {
    YamuxStream stream = link.dialler.open(new Collector());
    link.pump();
    link.dialler.channel.writeInbound(Wire.frame(FrameType.WINDOW_UPDATE, 0, 1, 64 * MIB));
    link.dialler.channel.pipeline().addFirst(new Sink());
    var loop = link.dialler.channel.eventLoop();
    List<Long> sent = new ArrayList<>();
    Runnable note = () -> sent.add(link.dialler.muxer.stats().sentBytes());

    loop.execute(() -> {
      stream.writeAndFlush(Unpooled.buffer(24 * MIB).writeZero(24 * MIB));
      for (int i = 0; i < 4; i++) {
        link.dialler.session().endOfTurn().readCompleted();
      }
      note.run();
      loop.schedule(note, 0, TimeUnit.NANOSECONDS);
    });
    link.dialler.channel.runPendingTasks();

    assertThat(sent).hasSize(2);
    assertThat(sent.get(0)).isBetween(8L * MIB, 9L * MIB);
    assertThat(sent.get(1) - sent.get(0)).isLessThan(3 * MIB);
    assertThat(link.dialler.muxer.stats().sentBytes()).isEqualTo(24 * MIB);
    stream.reset();
  }

  @Test
  void aConnectionWithoutMemoryForAFrameEndsAndSaysWhy() {
    var near = new Collector();
    YamuxStream stream = link.dialler.open(near);
    link.pump();
    link.dialler.channel.config().setAllocator(new Exhausted());

    stream.writeAndFlush(Unpooled.buffer().writeZero(100));
    assertThat(catchThrowable(link.dialler.channel::runPendingTasks)).isNull();

    assertThat(link.dialler.channel.isOpen()).isFalse();
    assertThat(near.inactive).isTrue();
    assertThat(near.failures)
        .singleElement()
        .satisfies(failure -> assertThat(failure)
            .isInstanceOf(Libp2pException.class)
            .hasMessageContaining("local side")
            .hasMessageContaining("no memory"));
    assertThat(link.dialler.failures).singleElement().isSameAs(near.failures.get(0));
  }

  @Test
  void aVoidPromiseOfAShutdownIsNoFaultOfTheNextOne() {
    link.listener.acceptor = stream -> stream.config().setAutoRead(false);
    YamuxStream stream = link.dialler.open(new Collector());
    stream.write(Unpooled.buffer().writeZero(2 * SendWindow.INITIAL));
    stream.shutdownOutput(stream.voidPromise());
    var again = stream.shutdownOutput();
    link.pump();
    assertThat(again.isDone()).isFalse();

    link.listener.accepted.get(0).config().setAutoRead(true);
    link.pump();
    assertThat(again.isSuccess()).isTrue();
  }

  /** Notes what it is told. */
  private class Diary extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ((ByteBuf) message).release();
      events.add("read");
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      events.add("complete");
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        events.add("end");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      FailureReason reason = ((Libp2pException) cause).reason();
      events.add(reason.name());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      events.add("inactive");
    }
  }

  /** Takes everything at once. An EmbeddedChannel would run all tasks at each write. */
  private static final class Sink extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      ((ByteBuf) message).release();
      promise.setSuccess();
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
      // Nothing is left to be flushed.
    }
  }

  /** As when the limit of direct memory is reached. */
  private static final class Exhausted extends AbstractByteBufAllocator {
    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("no memory");
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("no memory");
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }
}
