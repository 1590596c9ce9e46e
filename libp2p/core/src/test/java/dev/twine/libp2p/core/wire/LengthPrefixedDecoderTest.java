package dev.twine.libp2p.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LengthPrefixedDecoderTest {
  private static final int LIMIT = 300;

  @Test
  void messagesComeOutWholeHoweverTheyAreCut() {
    byte[] wire = wire(0, 1, 127, 128, LIMIT);
    for (int chunk = 1; chunk <= wire.length; chunk++) {
      assertThat(lengths(feed(wire, chunk))).containsExactly(0, 1, 127, 128, LIMIT);
    }
  }

  @Test
  void everyPrefixYieldsTheWholeMessagesInIt() {
    byte[] wire = wire(5, 200);
    for (int length = 0; length < wire.length; length++) {
      var channel = new EmbeddedChannel(new LengthPrefixedDecoder(LIMIT));
      channel.writeInbound(Unpooled.copiedBuffer(wire, 0, length));
      assertThat(channel.inboundMessages()).hasSize(length < 6 ? 0 : 1);
      boolean between = length == 0 || length == 6;
      var decoder = channel.pipeline().get(LengthPrefixedDecoder.class);
      assertThat(decoder.isBetweenMessages()).isEqualTo(between);
      channel.finishAndReleaseAll();
    }
  }

  /** 301, 2^31, 2^63 - 1, ten bytes, a longer form of 1. */
  @ParameterizedTest
  @ValueSource(
      strings = {"ad02", "8080808008", "ffffffffffffffff7f", "ffffffffffffffffff01", "8100"})
  void aLengthAboveTheLimitIsRefusedOnceBeforeAnyOfTheMessage(String hex) {
    var channel = new EmbeddedChannel(new LengthPrefixedDecoder(LIMIT));

    assertThatThrownBy(
            () -> channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex))))
        .isInstanceOfSatisfying(
            Libp2pException.class,
            e -> assertThat(e.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR));
    channel.writeInbound(Unpooled.buffer(1 << 16).writeZero(1 << 16));

    assertThat(channel.inboundMessages()).isEmpty();
    assertThat(channel.finishAndReleaseAll()).isFalse();
  }

  @Test
  void mutationsYieldMessagesBelowTheLimitAndAtMostOneRefusal() {
    var random = new Random(20_261_121);
    byte[] seed = wire(3, 130, 0, 40);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = seed.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      bytes[random.nextInt(8)] = (byte) random.nextInt();
      refused += fuzz(bytes, 1 + random.nextInt(bytes.length));
    }
    assertThat(refused).isBetween(100, 1_900);
  }

  /** Feeds bytes, checks the limit, releases what comes out; the number of refusals. */
  static int fuzz(byte[] bytes, int chunk) {
    var channel = new EmbeddedChannel(new LengthPrefixedDecoder(LIMIT));
    int refused = 0;
    for (int from = 0; from < bytes.length; from += chunk) {
      ByteBuf part = Unpooled.copiedBuffer(bytes, from, Math.min(chunk, bytes.length - from));
      try {
        channel.writeInbound(part);
      } catch (Libp2pException e) {
        refused++;
      }
    }
    for (ByteBuf message = channel.readInbound();
        message != null;
        message = channel.readInbound()) {
      assertThat(message.readableBytes()).isLessThanOrEqualTo(LIMIT);
      message.release();
    }
    channel.finishAndReleaseAll();
    assertThat(refused).isLessThanOrEqualTo(1);
    return refused;
  }

  private static List<ByteBuf> feed(byte[] wire, int chunk) {
    var channel = new EmbeddedChannel(new LengthPrefixedDecoder(LIMIT));
    for (int from = 0; from < wire.length; from += chunk) {
      int length = Math.min(chunk, wire.length - from);
      channel.writeInbound(Unpooled.copiedBuffer(wire, from, length));
    }
    List<ByteBuf> messages = new ArrayList<>();
    for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
      messages.add(next);
    }
    channel.finishAndReleaseAll();
    return messages;
  }

  private static List<Integer> lengths(List<ByteBuf> messages) {
    List<Integer> lengths = new ArrayList<>();
    for (ByteBuf message : messages) {
      lengths.add(message.readableBytes());
      while (message.isReadable()) {
        assertThat(message.readUnsignedByte()).isEqualTo((short) 'x');
      }
      message.release();
    }
    return lengths;
  }

  private static byte[] wire(int... lengths) {
    ByteBuf out = Unpooled.buffer();
    for (int length : lengths) {
      Varint.write(out, length);
      out.writeBytes("x".repeat(length).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
    return ByteBufUtil.getBytes(out);
  }
}
