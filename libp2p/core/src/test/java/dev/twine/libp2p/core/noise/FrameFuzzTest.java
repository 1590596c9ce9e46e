package dev.twine.libp2p.core.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecurePair;
import dev.twine.libp2p.core.SecureRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;

/** Noise from a peer that follows it up to one point. */
class FrameFuzzTest {
  private static final byte[] NOTHING = {};
  private static final NoiseIdentity IDENTITY =
      NoiseIdentity.of(SecurePair.RESPONDER, X25519Key.of(SecurePair.seed(12)));

  /** Whatever the cuts, exactly what stood before the first changed byte's message comes out. */
  @FuzzTest(maxDuration = "150s")
  void noTextComesOutOfOrBehindAChangedMessage(FuzzedDataProvider data) {
    Transports ends = Transports.fresh();
    ByteBuf wire = Unpooled.buffer();
    ByteBuf text = Unpooled.buffer();
    int changed = data.consumeInt(0, 7);
    int intact = 0;
    for (int i = 0; i < data.consumeInt(1, 6); i++) {
      byte[] part = data.consumeBytes(data.consumeInt(0, 400));
      int at = wire.writerIndex();
      seal(ends.initiator().outbound(), part, wire);
      if (i == changed) {
        int flip = at + data.consumeInt(0, wire.writerIndex() - at - 1);
        wire.setByte(flip, wire.getByte(flip) ^ data.consumeInt(1, 255));
      }
      text.writeBytes(part);
      intact = i < changed ? text.writerIndex() : intact;
    }
    ByteBuf received = receive(ends.responder(), wire, data);
    int most = changed == 7 ? text.writerIndex() : intact;
    assertThat(received).isEqualTo(text.slice(0, received.writerIndex()));
    assertThat(received.writerIndex()).isLessThanOrEqualTo(Math.max(most, intact));
    received.release();
    wire.release();
    text.release();
  }

  @FuzzTest(maxDuration = "150s")
  void aPayloadInsideOfAnHonestHandshakeProvesNothing(byte[] payload) {
    refused(false, payload);
    refused(true, payload);
  }

  private static void refused(boolean initiates, byte[] payload) {
    var liar = new HandshakeState(
        !initiates,
        X25519Key.of(SecurePair.seed(31)),
        X25519Key.of(SecurePair.seed(32)),
        new SymmetricState(Ciphers.chosen(), NOTHING));
    NodeKey local = SecurePair.RESPONDER;
    var request = new SecureRequest(initiates, local, null, List.of("/a"), Runnable::run, null);
    var honest = new NoiseHandshake(request, IDENTITY, X25519Key.of(SecurePair.seed(22)), NOTHING);
    try {
      if (initiates) {
        liar.read(honest.start().reply());
      } else {
        liar.read(honest.next(liar.write(NOTHING)).reply());
      }
      honest.next(liar.write(payload));
      throw new AssertionError("a proof out of nothing");
    } catch (Libp2pException e) {
      assertThat(e.reason()).isEqualTo(FailureReason.BAD_HANDSHAKE);
    }
  }

  private static void seal(CipherState sealer, byte[] text, ByteBuf wire) {
    byte[] bytes = java.util.Arrays.copyOf(text, text.length + Aead.TAG_BYTES);
    int length = sealer.apply(bytes, 0, text.length);
    wire.writeShort(length).writeBytes(bytes, 0, length);
  }

  private static ByteBuf receive(
      HandshakeState.Transport transport, ByteBuf wire, FuzzedDataProvider data) {
    var channel = new EmbeddedChannel(new NoiseCodec(transport));
    byte[] bytes = ByteBufUtil.getBytes(wire);
    int from = 0;
    while (from < bytes.length && channel.isOpen()) {
      int length = Math.min(bytes.length - from, data.consumeInt(1, 500));
      try {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, from, length));
      } catch (Libp2pException e) {
        assertThat(e.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR);
      }
      from += length;
    }
    ByteBuf received = Unpooled.buffer();
    for (ByteBuf one = channel.readInbound(); one != null; one = channel.readInbound()) {
      received.writeBytes(one);
      one.release();
    }
    channel.finishAndReleaseAll();
    return received;
  }
}
