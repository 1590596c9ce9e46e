package dev.twine.libp2p.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.LeakPresenceDetector;
import io.netty.util.concurrent.Future;
import java.security.SecureRandom;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that follow TLS but not libp2p, or not even TLS, at a server of ours. */
class TlsAttacksTest {
  private static final Clock CLOCK = Clock.fixed(CertificateMaker.NOW, ZoneOffset.UTC);

  private TlsPair pair;
  private Future<SecuredPeer> in;

  @BeforeEach
  void listen() {
    pair = new TlsPair(new TlsProtocol(CLOCK));
    in = pair.secureServer(it -> it);
  }

  @AfterEach
  void close() {
    pair.close();
  }

  @AfterAll
  static void leaksNothing() {
    LeakPresenceDetector.check();
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

  @Test
  void aHelloThatClaims16MibIsNotWaitedFor() {
    // A record of four bytes: a client hello whose length is 0xffffff.
    byte[] claim = HexFormat.of().parseHex("160301000401ffffff");
    pair.server.config().setAutoRead(false);
    try {
      pair.server.writeInbound(Unpooled.copiedBuffer(claim));
      pair.settle();
    } catch (RuntimeException e) {
      assertThat(in.isDone()).isTrue();
    }
    assertThat(in.isSuccess()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "474554202f20485454502f312e310d0a0d0a", "1603010000"})
  void whatIsNoTlsNeverCompletes(String hex) {
    try {
      pair.server.writeInbound(Unpooled.copiedBuffer(HexFormat.of().parseHex(hex)));
      pair.settle();
      pair.server.close();
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
    var honest = new TlsPair(new TlsProtocol());
    var done = honest.secureServer(it -> it);
    honest.secureClient(it -> it);
    while (!done.isDone()) {
      honest.settle();
      all.add(take(honest.client));
      honest.server.writeInbound(Unpooled.copiedBuffer(all.get(all.size() - 1)));
      honest.settle();
      honest.client.writeInbound(Unpooled.copiedBuffer(take(honest.server)));
    }
    honest.close();
    return all;
  }

  private static boolean completes(int flight, int at) {
    var attacked = new TlsPair(new TlsProtocol());
    var done = attacked.secureServer(it -> it);
    attacked.secureClient(it -> it);
    try {
      for (int i = 0; i <= flight; i++) {
        attacked.settle();
        byte[] bytes = take(attacked.client);
        if (i == flight) {
          bytes[Math.min(at, bytes.length - 1)] ^= 0x10;
        }
        attacked.server.writeInbound(Unpooled.copiedBuffer(bytes));
        attacked.settle();
        attacked.client.writeInbound(Unpooled.copiedBuffer(take(attacked.server)));
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
      SecureRequest request = pair.request(true, TlsPair.CLIENT);
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
    pair.client.pipeline().addLast(new SslHandler(engine));
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
    assertThat(pair.server.isOpen()).isFalse();
  }

  private static byte[] take(io.netty.channel.embedded.EmbeddedChannel channel) {
    ByteBuf all = TlsPair.outbound(channel);
    byte[] bytes = ByteBufUtil.getBytes(all);
    all.release();
    return Arrays.copyOf(bytes, bytes.length);
  }
}
