package dev.twine.libp2p.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecurePair;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.security.SecureRandom;
import java.security.Security;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that follow TLS but not libp2p, or not even TLS, at a server of ours. */
class TlsAttacksTest {
  private static final Clock CLOCK = Clock.fixed(CertificateMaker.NOW, ZoneOffset.UTC);

  private SecurePair pair;
  private Future<SecuredPeer> in;

  @BeforeEach
  void listen() {
    pair = new SecurePair(new TlsProtocol(CLOCK));
    in = pair.secureResponder(it -> it);
    pair.settle();
  }

  @AfterEach
  void close() {
    pair.close();
  }

  @Test
  void anHonestClientOfOurMakingIsAccepted() {
    dial(p256(), it -> {});
    assertThat(in.getNow().id()).isEqualTo(CertificateMaker.IDENTITY.nodeId());
  }

  @Test
  void aCertificateWithoutNamesIsAcceptedAsOtherImplementationsSendIt() {
    CertificateMaker nameless = p256();
    nameless.name = new DERSequence();
    dial(nameless, it -> {});
    assertThat(in.cause()).isNull();
    assertThat(in.getNow().id()).isEqualTo(CertificateMaker.IDENTITY.nodeId());
  }

  @Test
  void aProviderThatWasPutFirstLaterDoesNotUndoThat() {
    Security.insertProviderAt(new BouncyCastleProvider(), 1);
    try {
      SecurePair late = new SecurePair(new TlsProtocol(CLOCK));
      Future<SecuredPeer> secured = late.secureResponder(it -> it);
      late.settle();
      close();
      pair = late;
      in = secured;
      aCertificateWithoutNamesIsAcceptedAsOtherImplementationsSendIt();
    } finally {
      Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
    }
  }

  @Test
  void outsideOfHandshakesTheJdkReadsCertificatesAsBefore() throws Exception {
    CertificateMaker nameless = p256();
    nameless.name = new DERSequence();
    var factory = java.security.cert.CertificateFactory.getInstance("X.509");
    assertThat(factory.getProvider().getName()).isEqualTo("SUN");
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> factory.generateCertificate(new java.io.ByteArrayInputStream(nameless.make())))
        .isInstanceOf(java.security.cert.CertificateException.class);
  }

  @Test
  void aClientWithoutACertificateIsRefused() throws Exception {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, new javax.net.ssl.TrustManager[] {new PeerTrust(null, CLOCK)}, null);
    dial(context.createSSLEngine(), it -> it.setApplicationProtocols(new String[] {"libp2p"}));
    assertRefused("certificate");
  }

  @Test
  void anExpiredCertificateIsRefusedWithTheReason() {
    CertificateMaker expired = p256();
    expired.notAfter = CertificateMaker.NOW.minusSeconds(1);
    dial(expired, it -> {});
    assertRefused("not valid after");
  }

  @Test
  void aCertificateWithoutIdentityIsRefused() {
    dial(CertificateMaker.p256().extension(CertificateMaker.UNKNOWN, false, new byte[0]), it -> {});
    assertRefused("no libp2p extension");
  }

  @Test
  void tls12IsRefused() {
    dial(p256(), it -> {
      it.setProtocols(new String[] {"TLSv1.2"});
      it.setCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"});
    });
    assertRefused("");
  }

  @Test
  void aClientThatOffersNoProtocolOfOursIsRefused() {
    dial(p256(), it -> it.setApplicationProtocols(new String[] {"h2", "http/1.1"}));
    assertRefused("");
  }

  @Test
  void aServerNameIsIgnored() {
    dial(p256(), it -> it.setServerNames(List.of(new javax.net.ssl.SNIHostName("example.org"))));
    assertThat(in.isSuccess()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "474554202f20485454502f312e310d0a0d0a", "1603010000"})
  void whatIsNoTlsNeverCompletes(String hex) {
    try {
      pair.responder.writeInbound(Unpooled.copiedBuffer(HexFormat.of().parseHex(hex)));
      pair.settle();
      pair.responder.close();
    } catch (RuntimeException e) {
      assertThat(e).isNotNull();
    }
    assertThat(in.isDone()).isTrue();
    assertThat(((Libp2pException) in.cause()).reason()).isEqualTo(FailureReason.BAD_HANDSHAKE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void noChangedByteOfAFlightOfTheClientCompletes(int flight) {
    int length = flights().get(flight).length;
    // Every byte of the handshake's own messages would take minutes here: every seventh.
    for (int at = 0; at < length; at += 7) {
      assertThat(completes(flight, at)).as("flight %d, byte %d", flight, at).isFalse();
    }
  }

  /** The flights of an honest client, by their lengths. */
  private List<byte[]> flights() {
    var all = new ArrayList<byte[]>();
    var honest = new SecurePair(new TlsProtocol());
    var done = honest.secureResponder(it -> it);
    honest.secureInitiator(it -> it);
    while (!done.isDone()) {
      honest.settle();
      all.add(take(honest.initiator));
      honest.responder.writeInbound(Unpooled.copiedBuffer(all.get(all.size() - 1)));
      honest.settle();
      honest.initiator.writeInbound(Unpooled.copiedBuffer(take(honest.responder)));
    }
    honest.close();
    return all;
  }

  private static boolean completes(int flight, int at) {
    var attacked = new SecurePair(new TlsProtocol());
    var done = attacked.secureResponder(it -> it);
    attacked.secureInitiator(it -> it);
    try {
      for (int i = 0; i <= flight; i++) {
        attacked.settle();
        byte[] bytes = take(attacked.initiator);
        if (i == flight) {
          bytes[Math.min(at, bytes.length - 1)] ^= 0x10;
        }
        attacked.responder.writeInbound(Unpooled.copiedBuffer(bytes));
        attacked.settle();
        attacked.initiator.writeInbound(Unpooled.copiedBuffer(take(attacked.responder)));
        attacked.settle();
      }
      attacked.carry();
    } catch (RuntimeException expected) {
      assertThat(expected).isNotNull();
    }
    boolean completed = done.isSuccess();
    attacked.close();
    return completed;
  }

  private static CertificateMaker p256() {
    return CertificateMaker.p256().identity(true);
  }

  private void dial(CertificateMaker maker, Consumer<SSLParameters> change) {
    try {
      var identity =
          new TlsIdentity(new UncheckedCertificate(maker.make()), maker.pair.getPrivate());
      SecureRequest request = pair.request(true, SecurePair.INITIATOR);
      dial(
          TlsEngine.create(
              request,
              new OwnCertificate(() -> identity),
              new PeerTrust(null, CLOCK),
              new SecureRandom()),
          change);
    } catch (java.security.cert.CertificateException e) {
      throw new AssertionError(e);
    }
  }

  private void dial(SSLEngine engine, Consumer<SSLParameters> change) {
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    change.accept(parameters);
    engine.setSSLParameters(parameters);
    pair.initiator.pipeline().addLast(new SslHandler(engine));
    try {
      pair.carry();
    } catch (RuntimeException refused) {
      // The client may see the refusal as an exception; the server's view is what counts.
      assertThat(in.isSuccess()).isFalse();
    }
  }

  private void assertRefused(String why) {
    assertThat(in.isDone()).isTrue();
    assertThat(in.cause()).isInstanceOf(Libp2pException.class).hasMessageContaining(why);
    assertThat(((Libp2pException) in.cause()).reason()).isEqualTo(FailureReason.BAD_HANDSHAKE);
    assertThat(pair.responder.isOpen()).isFalse();
  }

  private static byte[] take(io.netty.channel.embedded.EmbeddedChannel channel) {
    ByteBuf all = SecurePair.outbound(channel);
    byte[] bytes = ByteBufUtil.getBytes(all);
    all.release();
    return Arrays.copyOf(bytes, bytes.length);
  }
}
