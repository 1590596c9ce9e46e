package dev.twine.libp2p.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecurePair;
import io.netty.buffer.Unpooled;

/** Bytes of a hostile peer where a TLS handshake should be, and in the libp2p extension. */
class TlsFuzzTest {
  private static final CertificateMaker KEYS = CertificateMaker.p256();

  @FuzzTest(maxDuration = "150s")
  void anyExtensionOfASoundCertificateIsRefused(byte[] extension) {
    KEYS.extensions.clear();
    byte[] der = KEYS.extension(Certificates.IDENTITY.getId(), false, extension).make();
    try {
      PeerCertificate.prove(new UncheckedCertificate(der), CertificateMaker.NOW);
      throw new AssertionError("a proof out of nothing");
    } catch (BadCertificateException e) {
      assertThat(e.what()).isNotEmpty();
    }
  }

  @FuzzTest(maxDuration = "150s")
  void anyFirstBytesAreWaitedForOrRefused(byte[] bytes) {
    var pair = new SecurePair(new TlsProtocol());
    boolean server = bytes.length % 2 == 0;
    var secured = server ? pair.secureResponder(it -> it) : pair.secureInitiator(it -> it);
    var channel = server ? pair.responder : pair.initiator;
    pair.settle();
    for (int from = 0; from < bytes.length && channel.isOpen(); from += 50) {
      try {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, from, Math.min(50, bytes.length - from)));
        pair.settle();
      } catch (RuntimeException e) {
        assertThat(secured.isDone()).isTrue();
      }
    }
    assertThat(secured.isSuccess()).isFalse();
    pair.close();
    assertThat(secured.isDone()).isTrue();
  }

  @FuzzTest(maxDuration = "150s")
  void anyBytesAfterAHandshakeGiveNothing(byte[] bytes) {
    var pair = new SecurePair(new TlsProtocol());
    pair.secure();
    var victim = bytes.length % 2 == 0 ? pair.responder : pair.initiator;
    for (int from = 0; from < bytes.length && victim.isOpen(); from += 50) {
      try {
        victim.writeInbound(Unpooled.copiedBuffer(bytes, from, Math.min(50, bytes.length - from)));
      } catch (Libp2pException broken) {
        assertThat(broken.reason()).isIn(FailureReason.PROTOCOL_ERROR, FailureReason.RESET_BY_PEER);
      }
      pair.settle();
    }
    assertThat(victim.<Object>readInbound()).isNull();
    pair.close();
  }
}
