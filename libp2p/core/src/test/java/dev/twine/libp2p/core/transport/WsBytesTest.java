package dev.twine.libp2p.core.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WsBytesTest {
  private final Random random = new Random(7);
  private Throwable caught;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 300_000})
  void bytesOfAnyLengthSurviveBothWays(int length) {
    byte[] data = bytes(length);
    assertThat(carry(true, data)).isEqualTo(data);
    assertThat(carry(false, data)).isEqualTo(data);
  }

  @Test
  void payloadsPassWhereverTheInputIsCut() {
    ByteBuf wire = Unpooled.buffer();
    byte[] data = bytes(300);
    masked(wire, WsFrame.BINARY, false, data);
    masked(wire, WsFrame.PING, true, bytes(7));
    masked(wire, WsFrame.CONTINUATION, true, data);
    for (int cut = 1; cut < wire.readableBytes(); cut++) {
      EmbeddedChannel channel = server();
      channel.writeInbound(wire.copy(0, cut), wire.copy(cut, wire.readableBytes() - cut));
      byte[] received = inbound(channel);
      assertThat(received).hasSize(600).startsWith(data).endsWith(data);
      channel.finishAndReleaseAll();
    }
    wire.release();
  }

  @Test
  void aHugeFrameIsPassedOnAsItComes() {
    EmbeddedChannel channel = server();
    ByteBuf head = Unpooled.buffer();
    new WsFrame(true, WsFrame.BINARY, true, 0, 1L << 40).write(head);
    channel.writeInbound(head, Unpooled.wrappedBuffer(bytes(1000)));
    assertThat(inbound(channel)).hasSize(1000);
    channel.writeInbound(Unpooled.wrappedBuffer(bytes(5)));
    assertThat(inbound(channel)).hasSize(5);
    channel.finishAndReleaseAll();
  }

  @Test
  void aPingIsAnsweredWithItsPayload() {
    EmbeddedChannel channel = server();
    ByteBuf ping = Unpooled.buffer();
    masked(ping, WsFrame.PING, true, new byte[] {9, 8});
    channel.writeInbound(ping);
    byte[] pong = outbound(channel);
    assertThat(pong).containsExactly(0x8a, 2, 9, 8);
    channel.finishAndReleaseAll();
  }

  @Test
  void aCloseFrameIsAnsweredAndClosesTheChannel() {
    EmbeddedChannel channel = server();
    ByteBuf close = Unpooled.buffer();
    masked(close, WsFrame.CLOSE, true, new byte[] {3, (byte) 0xe8});
    channel.writeInbound(close);
    assertThat(outbound(channel)).containsExactly(0x88, 2, 3, 0xe8);
    assertThat(channel.isOpen()).isFalse();
    channel.finishAndReleaseAll();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8205", // not masked by a client
        "c280", // reserved bit
        "8180", // text
        "8380", // unknown opcode
        "8b80", // unknown control opcode
        "0980", // fragmented control frame
        "89fe", // control frame above 125 bytes
        "808000000000", // continuation of nothing
        "82fff00000000000000000000000" // length with the top bit set
      })
  void aBrokenFrameEndsTheConnectionWithItsReason(String hex) {
    EmbeddedChannel channel = server();
    channel.writeInbound(Unpooled.wrappedBuffer(io.netty.buffer.ByteBufUtil.decodeHexDump(hex)));
    assertThat(caught).isInstanceOf(Libp2pException.class);
    assertThat(((Libp2pException) caught).reason()).isEqualTo(FailureReason.PROTOCOL_ERROR);
    assertThat(channel.isOpen()).isFalse();
    channel.finishAndReleaseAll();
  }

  @Test
  void aNewMessageInsideAFragmentedOneIsBroken() {
    EmbeddedChannel channel = server();
    ByteBuf wire = Unpooled.buffer();
    masked(wire, WsFrame.BINARY, false, bytes(1));
    masked(wire, WsFrame.BINARY, true, bytes(1));
    channel.writeInbound(wire);
    assertThat(caught).isInstanceOf(Libp2pException.class);
    channel.finishAndReleaseAll();
  }

  @Test
  void aBufferThatOthersHoldIsNotMaskedInPlace() {
    byte[] data = bytes(64);
    ByteBuf shared = Unpooled.copiedBuffer(data);
    EmbeddedChannel channel = new EmbeddedChannel(new WsBytes(true));
    channel.writeOutbound(shared.retainedDuplicate());
    byte[] after = new byte[64];
    shared.getBytes(0, after);
    assertThat(after).isEqualTo(data);
    shared.release();
    channel.finishAndReleaseAll();
  }

  private byte[] carry(boolean fromClient, byte[] data) {
    EmbeddedChannel from = new EmbeddedChannel(new WsBytes(fromClient));
    EmbeddedChannel to = new EmbeddedChannel(new WsBytes(!fromClient));
    from.writeOutbound(Unpooled.copiedBuffer(data));
    for (ByteBuf part = from.readOutbound(); part != null; part = from.readOutbound()) {
      // Unmasking is in place, so the buffer has to be one of its own, as from a socket.
      to.writeInbound(Unpooled.copiedBuffer(part));
      part.release();
    }
    byte[] received = inbound(to);
    from.finishAndReleaseAll();
    to.finishAndReleaseAll();
    return received;
  }

  private EmbeddedChannel server() {
    return new EmbeddedChannel(new WsBytes(false), new ChannelInboundHandlerAdapter() {
      @Override
      public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        caught = cause;
      }
    });
  }

  private void masked(ByteBuf out, int opcode, boolean last, byte[] payload) {
    int mask = random.nextInt();
    new WsFrame(last, opcode, true, mask, payload.length).write(out);
    int at = out.writerIndex();
    out.writeBytes(payload);
    WsMask.apply(out, at, payload.length, mask, 0);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] inbound(EmbeddedChannel channel) {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
      all.writeBytes(part);
      part.release();
    }
    return array(all);
  }

  private static byte[] outbound(EmbeddedChannel channel) {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    return array(all);
  }

  private static byte[] array(ByteBuf all) {
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes);
    all.release();
    return bytes;
  }
}
