package dev.twine.libp2p.core.yamux;

import static dev.twine.libp2p.core.yamux.FrameHeader.FIN;
import static dev.twine.libp2p.core.yamux.FrameHeader.RST;
import static dev.twine.libp2p.core.yamux.FrameHeader.SYN;
import static dev.twine.libp2p.core.yamux.FrameType.PING;
import static dev.twine.libp2p.core.yamux.FrameType.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.MuxerConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes of a hostile peer: at worst one refusal, never another error, a leak or a stream left. */
class YamuxFuzzTest {
  private static final int MUTATIONS = 2_000;

  @Test
  void mutationsOfAValidCaptureAreReadOrRefusedOnce() {
    var random = new Random(20_261_121);
    byte[] capture = capture();
    int refusals = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = capture.clone();
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      refusals += feed(bytes, 1 + random.nextInt(bytes.length), random.nextBoolean());
    }
    assertThat(refusals).isBetween(MUTATIONS / 20, MUTATIONS - MUTATIONS / 20);
  }

  @FuzzTest(maxDuration = "150s")
  void anyBytesAreReadOrRefusedOnce(byte[] bytes) {
    feed(bytes, 7, bytes.length % 2 == 0);
  }

  private static int feed(byte[] bytes, int piece, boolean reads) {
    var victim = new Link.End(false, MuxerConfig.defaults());
    victim.acceptor = stream -> {
      stream.config().setAutoRead(reads);
      stream.pipeline().addLast(reads ? new Echo() : new Collector());
    };
    for (int from = 0; from < bytes.length && victim.channel.isOpen(); from += piece) {
      int length = Math.min(piece, bytes.length - from);
      victim.channel.writeInbound(Unpooled.copiedBuffer(bytes, from, length));
    }
    boolean refused = !victim.channel.isOpen();
    assertThat(victim.failures).hasSize(refused ? 1 : 0);
    assertThat(victim.failures).allMatch(Libp2pException.class::isInstance);
    victim.channel.finishAndReleaseAll();
    victim.channel.runPendingTasks();
    assertThat(victim.muxer.streams()).isZero();
    assertThat(victim.session().windows().granted()).isZero();
    return refused ? 1 : 0;
  }

  private static byte[] capture() {
    ByteBuf wire = Unpooled.buffer();
    wire.writeBytes(Wire.frame(PING, SYN, 0, 1));
    wire.writeBytes(Wire.data(SYN, 1, 20));
    wire.writeBytes(Wire.frame(WINDOW_UPDATE, SYN, 3, 100_000));
    wire.writeBytes(Wire.data(0, 3, 100));
    wire.writeBytes(Wire.data(FIN, 1, 9));
    wire.writeBytes(Wire.frame(WINDOW_UPDATE, 0, 1, 70));
    wire.writeBytes(Wire.frame(WINDOW_UPDATE, RST, 3, 0));
    wire.writeBytes(Wire.data(0, 3, 8));
    wire.writeBytes(Wire.data(SYN | FIN, 5, 0));
    wire.writeBytes(Wire.frame(FrameType.GO_AWAY, 0, 0, 0));
    return ByteBufUtil.getBytes(wire);
  }
}
