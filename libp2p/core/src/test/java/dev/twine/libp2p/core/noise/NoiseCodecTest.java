package dev.twine.libp2p.core.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseCodecTest {
  private static final int TAG = Aead.TAG_BYTES;
  private static final int MAX_TEXT = 65_519;

  private final Random random = new Random(20_261_121);
  private final Transports transports = Transports.fresh();
  private final Counter counter = new Counter();
  private final EmbeddedChannel near =
      new EmbeddedChannel(counter, new NoiseCodec(transports.initiator()));
  private final EmbeddedChannel far = new EmbeddedChannel(new NoiseCodec(transports.responder()));

  @AfterEach
  void close() {
    near.finishAndReleaseAll();
    far.finishAndReleaseAll();
  }

  /** Counts what reaches the network side of the codec. */
  private static final class Counter extends ChannelOutboundHandlerAdapter {
    int flushes;
    int reads;

    @Override
    public void flush(ChannelHandlerContext ctx) {
      flushes++;
      ctx.flush();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
      reads++;
      ctx.read();
    }
  }

  @Test
  void manySmallWritesOfOneFlushTravelInOneMessage() {
    byte[] text = text(1_000);
    var writes = new ArrayList<ChannelFuture>();
    for (int i = 0; i < 100; i++) {
      writes.add(near.write(Unpooled.copiedBuffer(text, 10 * i, 10)));
    }
    assertThat(outbound(near)).isEmpty();
    assertThat(writes).noneMatch(ChannelFuture::isDone);
    near.flush();
    List<byte[]> frames = outbound(near);
    assertThat(frames).hasSize(1);
    assertThat(frames.get(0)).hasSize(2 + 1_000 + TAG);
    assertThat(writes).allMatch(ChannelFuture::isSuccess);
    assertThat(counter.flushes).isEqualTo(1);
    assertThat(receive(frames.get(0))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, MAX_TEXT - 1, MAX_TEXT, MAX_TEXT + 1, 3 * MAX_TEXT, 1 << 20})
  void aLargeWriteFillsItsMessages(int length) {
    byte[] text = text(length);
    ChannelFuture write = near.writeAndFlush(Unpooled.copiedBuffer(text));
    List<byte[]> frames = outbound(near);
    assertThat(frames).hasSize((length + MAX_TEXT - 1) / MAX_TEXT);
    assertThat(frames.subList(0, frames.size() - 1)).allMatch(frame -> frame.length == 65_537);
    assertThat(write.isSuccess()).isTrue();
    assertThat(receive(join(frames))).isEqualTo(text);
  }

  @Test
  void lessThanAMessageWaitsOutsideOfTheChannelsAccount() {
    near.write(Unpooled.copiedBuffer(text(10 * MAX_TEXT + 5)));
    near.unsafe().outboundBuffer().addFlush();
    assertThat(near.unsafe().outboundBuffer().size()).isEqualTo(10);
    near.flush();
    assertThat(outbound(near)).hasSize(11);
  }

  @Test
  void aWriteCompletesWithTheMessageThatHoldsItsLastByte() {
    ChannelFuture first = near.write(Unpooled.copiedBuffer(text(10)));
    ChannelFuture empty = near.write(Unpooled.EMPTY_BUFFER);
    ChannelFuture large = near.write(Unpooled.copiedBuffer(text(MAX_TEXT)));
    near.write(Unpooled.copiedBuffer(text(3)), near.voidPromise());
    near.flushOutbound();
    assertThat(first.isSuccess()).isTrue();
    assertThat(empty.isSuccess()).isTrue();
    assertThat(large.isSuccess()).isTrue();
    List<byte[]> frames = outbound(near);
    assertThat(frames).extracting(frame -> frame.length).containsExactly(65_537, 2 + 13 + TAG);
    assertThat(receive(join(frames))).hasSize(MAX_TEXT + 13);
  }

  @Test
  void anEmptyWriteAloneSendsNothingAndCompletes() {
    ChannelFuture empty = near.writeAndFlush(Unpooled.EMPTY_BUFFER);
    assertThat(empty.isSuccess()).isTrue();
    assertThat(join(outbound(near))).isEmpty();
  }

  @Test
  void theNumberOfEmptyWritesThatWaitIsBounded() {
    var writes = new ArrayList<ChannelFuture>();
    for (int i = 0; i < MAX_TEXT; i++) {
      writes.add(near.write(Unpooled.buffer(0)));
    }
    near.unsafe().outboundBuffer().addFlush();
    assertThat(near.unsafe().outboundBuffer().size()).isEqualTo(1);
    near.flush();
    assertThat(writes).allMatch(ChannelFuture::isSuccess);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 1_000, 65_536, 1 << 20})
  void cutsOfAnyLengthGiveTheSameBytes(int chunk) {
    int total = chunk < 17 ? 3_000 : 500_000;
    byte[] text = text(total);
    int at = 0;
    while (at < total) {
      int length = Math.min(total - at, 1 + random.nextInt(total / 4));
      near.writeAndFlush(Unpooled.copiedBuffer(text, at, length));
      at += length;
    }
    byte[] wire = join(outbound(near));
    ByteBuf received = Unpooled.buffer();
    for (int from = 0; from < wire.length; from += chunk) {
      far.writeInbound(Unpooled.copiedBuffer(wire, from, Math.min(chunk, wire.length - from)));
      int buffers = far.inboundMessages().size();
      assertThat(buffers).as("one read, one buffer").isLessThanOrEqualTo(1);
      if (buffers == 1) {
        append(received, far.readInbound());
      }
    }
    assertThat(ByteBufUtil.getBytes(received)).isEqualTo(text);
    received.release();
  }

  @Test
  void flushesWithinAReadTakeEffectOnceAtItsEnd() {
    near.pipeline().addLast(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        ctx.writeAndFlush(((ByteBuf) message).retainedDuplicate());
        ctx.writeAndFlush(message);
        assertThat(counter.flushes).isZero();
      }
    });
    far.writeAndFlush(Unpooled.copiedBuffer(text(5)));
    near.writeInbound(Unpooled.copiedBuffer(join(outbound(far))));
    assertThat(counter.flushes).isEqualTo(1);
    assertThat(outbound(near)).hasSize(1);
  }

  @Test
  void whoReadsByHandIsReadForUntilAMessageIsWhole() {
    near.config().setAutoRead(false);
    far.writeAndFlush(Unpooled.copiedBuffer(text(5)));
    byte[] frame = join(outbound(far));
    counter.reads = 0;
    near.writeInbound(Unpooled.copiedBuffer(frame, 0, 10));
    assertThat(counter.reads).isEqualTo(1);
    near.writeInbound(Unpooled.copiedBuffer(frame, 10, frame.length - 10));
    assertThat(counter.reads).isEqualTo(1);
    release(near.readInbound());
  }

  @Test
  void everyChangedByteOfAMessageEndsTheConnection() {
    int length = 2 + 20 + TAG;
    for (int i = 0; i < length; i++) {
      Transports fresh = Transports.fresh();
      var writer = new EmbeddedChannel(new NoiseCodec(fresh.initiator()));
      var reader = new EmbeddedChannel(new NoiseCodec(fresh.responder()));
      writer.writeAndFlush(Unpooled.copiedBuffer(text(20)));
      byte[] frame = join(outbound(writer));
      frame[i] ^= 1;
      var failure = failureOf(reader, Unpooled.copiedBuffer(frame));
      // A changed length may wait for more; what then comes is no message either.
      if (failure == null) {
        failure = failureOf(reader, Unpooled.buffer(70_000).writeZero(70_000));
      }
      assertThat(failure.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR);
      assertThat(reader.isOpen()).isFalse();
      assertThat(reader.inboundMessages()).isEmpty();
      writer.finishAndReleaseAll();
      reader.finishAndReleaseAll();
    }
  }

  @Test
  void aReplayedMessageEndsTheConnection() {
    near.writeAndFlush(Unpooled.copiedBuffer(text(3)));
    byte[] frame = join(outbound(near));
    assertThat(receive(frame)).hasSize(3);
    assertThat(failureOf(far, Unpooled.copiedBuffer(frame))).isNotNull();
    assertThat(far.isOpen()).isFalse();
  }

  @Test
  void aMessageOutOfOrderEndsTheConnection() {
    near.writeAndFlush(Unpooled.copiedBuffer(text(3)));
    near.writeAndFlush(Unpooled.copiedBuffer(text(4)));
    assertThat(failureOf(far, Unpooled.copiedBuffer(outbound(near).get(1)))).isNotNull();
    assertThat(far.isOpen()).isFalse();
    assertThat(far.inboundMessages()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, TAG - 1})
  void aMessageShorterThanItsTagEndsTheConnection(int length) {
    var failure = failureOf(far, Unpooled.buffer().writeShort(length));
    assertThat(failure).hasMessageContaining("shorter than its tag");
    assertThat(far.isOpen()).isFalse();
  }

  @Test
  void anEmptyMessageIsReadAndGivesNothing() {
    byte[] frame = new byte[2 + TAG];
    frame[1] = TAG;
    byte[] tag = new byte[TAG];
    transports.initiator().outbound().apply(tag, 0, 0);
    System.arraycopy(tag, 0, frame, 2, TAG);
    assertThat(receive(frame)).isEmpty();
    assertThat(far.isOpen()).isTrue();
  }

  @Test
  void theEndOfTheNoncesEndsTheConnectionAndFailsTheWrite() {
    var last = new CipherState(Ciphers.chosen().sealer(new byte[32]), -1);
    var codec = new NoiseCodec(
        new HandshakeState.Transport(last, transports.initiator().inbound(), new byte[32]));
    var channel = new EmbeddedChannel(codec);
    ChannelFuture write = channel.write(Unpooled.copiedBuffer(text(3)));
    ChannelFuture second = channel.write(Unpooled.copiedBuffer(text(3)));
    channel.flush();
    assertThat(write.isSuccess()).isFalse();
    assertThat(write.isDone()).isTrue();
    assertThat(second.isDone()).isTrue();
    assertThat(channel.isOpen()).isFalse();
    assertThat(outbound(channel)).isEmpty();
    ChannelFuture late = channel.writeAndFlush(Unpooled.copiedBuffer(text(3)));
    assertThat(late.isDone()).isTrue();
    assertThat(late.isSuccess()).isFalse();
  }

  @Test
  void whatWaitsWhenTheChannelClosesIsReleasedAndFails() {
    ByteBuf waiting = Unpooled.copiedBuffer(text(3));
    ChannelFuture write = near.write(waiting);
    near.close();
    assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(waiting.refCnt()).isZero();
    assertThat(outbound(near)).isEmpty();
  }

  @Test
  void whatWasFlushedBeforeAReadEndedGoesOutBeforeTheClose() {
    near.pipeline().addLast(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        ctx.writeAndFlush(message);
        ctx.close();
      }
    });
    far.writeAndFlush(Unpooled.copiedBuffer(text(5)));
    near.writeInbound(Unpooled.copiedBuffer(join(outbound(far))));
    assertThat(outbound(near)).hasSize(1);
  }

  private byte[] receive(byte[] wire) {
    far.writeInbound(Unpooled.copiedBuffer(wire));
    ByteBuf received = Unpooled.buffer();
    for (ByteBuf one = far.readInbound(); one != null; one = far.readInbound()) {
      append(received, one);
    }
    byte[] bytes = ByteBufUtil.getBytes(received);
    received.release();
    return bytes;
  }

  private static @Nullable Libp2pException failureOf(EmbeddedChannel channel, ByteBuf bytes) {
    try {
      channel.writeInbound(bytes);
      return null;
    } catch (Libp2pException e) {
      return e;
    }
  }

  private byte[] text(int length) {
    byte[] text = new byte[length];
    random.nextBytes(text);
    return text;
  }

  private static List<byte[]> outbound(EmbeddedChannel channel) {
    var all = new ArrayList<byte[]>();
    for (ByteBuf one = channel.readOutbound(); one != null; one = channel.readOutbound()) {
      if (one.isReadable()) {
        all.add(ByteBufUtil.getBytes(one));
      }
      one.release();
    }
    return all;
  }

  private static byte[] join(List<byte[]> parts) {
    ByteBuf all = Unpooled.buffer();
    parts.forEach(all::writeBytes);
    byte[] bytes = ByteBufUtil.getBytes(all);
    all.release();
    return bytes;
  }

  private static void append(ByteBuf to, ByteBuf from) {
    to.writeBytes(from);
    from.release();
  }

  private static void release(ByteBuf buffer) {
    buffer.release();
  }
}
