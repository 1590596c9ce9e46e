package dev.twine.libp2p.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Reads;
import dev.twine.libp2p.core.SecurePair;
import dev.twine.libp2p.core.SecureRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What TLS does beyond the contract of security protocols. */
class TlsProtocolTest {
  private SecurePair pair = new SecurePair(new TlsProtocol());

  @AfterEach
  void close() {
    pair.close();
  }

  /** Counts who asks it where, which shows where keys are made. */
  private static final class Witness extends SecureRandom {
    private static final long serialVersionUID = 1;
    private transient BooleanSupplier onExecutor = () -> true;
    private int there;
    private int elsewhere;

    @Override
    public void nextBytes(byte[] bytes) {
      if (onExecutor.getAsBoolean()) {
        there++;
      } else {
        elsewhere++;
      }
      super.nextBytes(bytes);
    }
  }

  @Test
  void certificateKeysAndKeySharesAreMadeOnTheExecutor() {
    var witness = new Witness();
    pair = new SecurePair(new TlsProtocol(Clock.systemUTC(), witness));
    witness.onExecutor = pair::isComputing;
    var out = pair.secureInitiator(it -> it);
    pair.secureResponder(it -> it);
    assertThat(pair.initiator.outboundMessages()).isEmpty();
    pair.carry();
    assertThat(out.isSuccess()).isTrue();
    assertThat(witness.there).isPositive();
    assertThat(witness.elsewhere).isZero();
  }

  @Test
  void theBindingIsTheExporterAndAbsentBeforeJdk25() {
    var out = pair.secureInitiator(it -> it);
    pair.secureResponder(it -> it);
    pair.carry();
    assertThat(Exporter.isHere()).isEqualTo(Runtime.version().feature() >= 25);
    assertThat(out.getNow().channelBinding().map(it -> it.length))
        .isEqualTo(Exporter.isHere() ? Optional.of(32) : Optional.empty());
  }

  @Test
  void aRefusedPeerIsToldByAnAlert() {
    var other = NodeKey.generate(KeyType.ED25519).nodeId();
    pair.secureInitiator(
        it -> new SecureRequest(true, it.localKey(), other, List.of(), it.crypto(), null));
    var in = pair.secureResponder(it -> it);
    pair.carry();
    assertThat(in.cause()).isInstanceOfSatisfying(Libp2pException.class, e -> {
      assertThat(e.reason()).isEqualTo(FailureReason.BAD_HANDSHAKE);
      assertThat(e.value()).contains("alert").contains("certificate");
    });
  }

  @Test
  void aCloseIsAnnouncedAndClosesTheOtherSide() {
    pair.secure();
    pair.initiator.close();
    ByteBuf notify = SecurePair.outbound(pair.initiator);
    assertThat(notify.isReadable()).isTrue();
    pair.feed(pair.responder, notify, Integer.MAX_VALUE);
    assertThat(pair.responder.isOpen()).isFalse();
  }

  @Test
  void noSessionTicketIsSent() {
    var in = pair.secureResponder(it -> it);
    pair.secureInitiator(it -> it);
    pair.settle();
    pair.feed(pair.responder, SecurePair.outbound(pair.initiator), Integer.MAX_VALUE);
    pair.feed(pair.initiator, SecurePair.outbound(pair.responder), Integer.MAX_VALUE);
    pair.feed(pair.responder, SecurePair.outbound(pair.initiator), Integer.MAX_VALUE);
    assertThat(in.isSuccess()).isTrue();
    ByteBuf afterTheHandshake = SecurePair.outbound(pair.responder);
    assertThat(afterTheHandshake.readableBytes()).isZero();
    afterTheHandshake.release();
  }

  @Test
  void whatComesBeforeTheEngineIsKeptUpTo64Kib() {
    var in = pair.secureResponder(it -> it);
    pair.secureInitiator(it -> it);
    ByteBuf early = pair.responder.alloc().buffer().writeZero(64 * 1024);
    pair.responder.writeInbound(early);
    assertThat(in.isDone()).isFalse();
    pair.responder.writeInbound(pair.responder.alloc().buffer().writeZero(1));
    assertThat(in.cause()).isInstanceOf(Libp2pException.class).hasMessageContaining("65536 bytes");
    assertThat(early.refCnt()).isZero();
  }

  @Test
  void readingStopsAfter64KibWithoutAHandshake() {
    var reads = new Reads();
    pair.responder.pipeline().addFirst(reads);
    pair.secureResponder(it -> it);
    pair.secureInitiator(it -> it);
    pair.settle();
    ByteBuf hello = SecurePair.outbound(pair.initiator);
    // Early records wait behind the client's first flight while the server computes.
    pair.responder.writeInbound(hello, Unpooled.buffer().writeZero(64 * 1024));
    reads.count = 0;
    pair.responder.read();
    assertThat(reads.count).isZero();
  }
}
