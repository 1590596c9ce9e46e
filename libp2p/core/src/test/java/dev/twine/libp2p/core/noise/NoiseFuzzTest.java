package dev.twine.libp2p.core.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecurePair;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes of a hostile peer at every decoder of this package: at worst one refusal, never a leak. */
class NoiseFuzzTest {
  private static final int MUTATIONS = 2_000;

  @FuzzTest(maxDuration = "150s")
  void anyPayloadIsReadOrRefused(byte[] bytes) {
    payload(bytes);
  }

  @FuzzTest(maxDuration = "150s")
  void anyFirstBytesOfAHandshakeAreWaitedForOrRefused(byte[] bytes) {
    handshake(bytes, 7);
  }

  @FuzzTest(maxDuration = "150s")
  void anyBytesAfterAHandshakeGiveNothing(byte[] bytes) {
    connection(bytes, 7);
  }

  @Test
  void mutationsOfAnHonestPayloadAreReadOrRefused() {
    var random = new Random(20_261_121);
    var identity = NoiseIdentity.of(SecurePair.INITIATOR, X25519Key.of(SecurePair.seed(1)));
    byte[] honest = HandshakePayload.of(
            identity, java.util.List.of("/yamux/1.0.0", "/mplex/6.7.0"), new byte[40])
        .encode();
    int read = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      if (payload(mutated(honest, random))) {
        read++;
      }
    }
    assertThat(read).isBetween(MUTATIONS / 10, MUTATIONS - MUTATIONS / 10);
  }

  @Test
  void randomBytesAreRefusedOnceWhereverTheyAreCut() {
    var random = new Random(20_261_121);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(3_000)];
      random.nextBytes(bytes);
      handshake(bytes, 1 + random.nextInt(500));
      connection(bytes, 1 + random.nextInt(500));
    }
  }

  private static boolean payload(byte[] bytes) {
    try {
      var payload = HandshakePayload.decode(bytes);
      assertThat(payload.muxers().size()).isLessThanOrEqualTo(16);
      assertThat(payload.extension().length).isLessThanOrEqualTo(4_096);
      payload.prove(new byte[X25519Key.BYTES]);
      throw new AssertionError("a proof out of nothing");
    } catch (NoiseException e) {
      return true;
    } catch (Libp2pException e) {
      assertThat(e.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR);
      return false;
    }
  }

  private static void handshake(byte[] bytes, int chunk) {
    var pair = new SecurePair(new NoiseProtocol());
    var secured = pair.secureResponder(it -> it);
    for (int from = 0; from < bytes.length; from += chunk) {
      pair.responder.writeInbound(part(bytes, from, chunk));
      pair.runTasks();
      pair.responder.runPendingTasks();
    }
    assertThat(secured.isSuccess()).isFalse();
    pair.close();
    assertThat(secured.isDone()).isTrue();
  }

  private static void connection(byte[] bytes, int chunk) {
    var channel = new EmbeddedChannel(new NoiseCodec(Transports.fresh().responder()));
    int failures = 0;
    for (int from = 0; from < bytes.length && channel.isOpen(); from += chunk) {
      try {
        channel.writeInbound(part(bytes, from, chunk));
      } catch (Libp2pException e) {
        failures++;
      }
    }
    assertThat(failures).isLessThanOrEqualTo(1);
    assertThat(channel.inboundMessages()).isEmpty();
    channel.finishAndReleaseAll();
  }

  private static ByteBuf part(byte[] bytes, int from, int chunk) {
    return Unpooled.copiedBuffer(bytes, from, Math.min(chunk, bytes.length - from));
  }

  private static byte[] mutated(byte[] honest, Random random) {
    byte[] bytes = Arrays.copyOf(honest, honest.length - random.nextInt(3));
    for (int flips = random.nextInt(3); flips >= 0; flips--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }
}
