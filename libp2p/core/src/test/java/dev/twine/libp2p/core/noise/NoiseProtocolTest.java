package dev.twine.libp2p.core.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.Reads;
import dev.twine.libp2p.core.SecurePair;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Noise does beyond the contract of security protocols. */
class NoiseProtocolTest {
  private final SecurePair pair = new SecurePair(new NoiseProtocol());

  @AfterEach
  void close() {
    pair.close();
  }

  @Test
  void theBindingIsTheHandshakeHashAndTheCodecTakesTheHandshakesPlace() {
    var out = pair.secureInitiator(it -> it);
    pair.secureResponder(it -> it);
    pair.carry();
    assertThat(out.getNow().channelBinding().orElseThrow()).hasSize(32);
    assertThat(pair.initiator.pipeline().get(NoiseProtocol.ID)).isInstanceOf(NoiseCodec.class);
  }

  @Test
  void nothingIsReadWhileAStepIsComputed() {
    var reads = new Reads();
    pair.responder.pipeline().addFirst(reads);
    pair.secureResponder(it -> it);
    pair.secureInitiator(it -> it);
    pair.runTasks();
    pair.responder.writeInbound((ByteBuf) pair.initiator.readOutbound());
    reads.count = 0;
    pair.responder.read();
    assertThat(reads.count).isZero();
    pair.runTasks();
    assertThat(reads.count).isOne();
  }

  @Test
  void aWriteBeforeTheEndOfTheHandshakeFails() {
    pair.secureInitiator(it -> it);
    var write = pair.initiator.writeAndFlush(Unpooled.copiedBuffer(new byte[3]));
    assertThat(write.cause()).isInstanceOf(IllegalStateException.class);
  }
}
