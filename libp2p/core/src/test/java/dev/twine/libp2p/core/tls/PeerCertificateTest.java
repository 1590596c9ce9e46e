package dev.twine.libp2p.core.tls;

import static dev.twine.libp2p.core.tls.CertificateMaker.IDENTITY;
import static dev.twine.libp2p.core.tls.CertificateMaker.NOW;
import static dev.twine.libp2p.core.tls.CertificateMaker.UNKNOWN;
import static dev.twine.libp2p.core.tls.CertificateMaker.p256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.SecurePair;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One certificate per rule of the specification. */
class PeerCertificateTest {
  private static final byte[] NOTHING = {};

  static Stream<Arguments> accepted() {
    return Stream.of(
        Arguments.of("the usual", p256().identity(false)),
        Arguments.of("its extension critical", p256().identity(true)),
        Arguments.of(
            "an unknown extension", p256().extension(UNKNOWN, false, NOTHING).identity(true)),
        Arguments.of("P-384", CertificateMaker.p384().identity(false)),
        Arguments.of("RSA", CertificateMaker.rsa(2_048).identity(false)),
        Arguments.of("no names", with(it -> it.name = new DERSequence())),
        Arguments.of("valid from now", with(it -> it.notBefore = NOW)),
        Arguments.of("valid until now", with(it -> it.notAfter = NOW)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void acceptsWhatTheRulesAllow(String what, CertificateMaker maker) throws Exception {
    assertThat(PeerCertificate.prove(new UncheckedCertificate(maker.make()), NOW))
        .isEqualTo(IDENTITY.publicKey());
  }

  static Stream<Arguments> refused() {
    CertificateMaker other = p256();
    byte[] wrongPrefix = IDENTITY.sign(
        concat("libp2p-tls-handshake".getBytes(StandardCharsets.US_ASCII), other.publicKey()));
    byte[] otherKey = IDENTITY.sign(Certificates.signed(p256().publicKey()));
    byte[] otherSigner = SecurePair.RESPONDER.sign(Certificates.signed(other.publicKey()));
    byte[] alone = CertificateMaker.der(new DEROctetString(NOTHING));
    return Stream.of(
        Arguments.of("expired", with(it -> it.notAfter = NOW.minusSeconds(1)), "not valid after"),
        Arguments.of(
            "too early", with(it -> it.notBefore = NOW.plusSeconds(1)), "not valid before"),
        Arguments.of("forged", with(it -> it.wrongSelfSignature = true), "self-signature"),
        Arguments.of("no extension", p256(), "elements"),
        Arguments.of("another extension", p256().extension(UNKNOWN, false, NOTHING), "no libp2p"),
        Arguments.of(
            "unknown and critical",
            p256().identity(false).extension(UNKNOWN, true, NOTHING),
            "critical"),
        Arguments.of("two of ours", p256().identity(false).identity(false), "two libp2p"),
        Arguments.of("SHA-1", CertificateMaker.sha1().identity(false), "unknown algorithm"),
        Arguments.of("1024 bits of RSA", CertificateMaker.rsa(1_024).identity(false), "1024 bits"),
        Arguments.of("version 1", with(it -> it.version = 0), "version"),
        Arguments.of("an issuer's unique ID", with(it -> it.more.add(unique(1))), "elements"),
        Arguments.of("a subject's unique ID", with(it -> it.more.add(unique(2))), "elements"),
        Arguments.of("wrong prefix", other.identity(false, wrongPrefix), "has not signed"),
        Arguments.of("another key", p256().identity(false, otherKey), "has not signed"),
        Arguments.of("another signer", p256().identity(false, otherSigner), "has not signed"),
        Arguments.of("no signature", p256().identity(false, NOTHING), "has not signed"),
        Arguments.of(
            "an empty extension",
            p256().extension(Certificates.IDENTITY.getId(), false, NOTHING),
            "libp2p extension"),
        Arguments.of(
            "no pair",
            p256().extension(Certificates.IDENTITY.getId(), false, alone),
            "libp2p extension"),
        Arguments.of(
            "too long",
            p256().identity(false).extension(UNKNOWN, false, new byte[8 * 1024]),
            "at most 8192"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refusesWhatTheRulesForbid(String what, CertificateMaker maker, String complaint) {
    byte[] certificate = maker.make();
    assertThatThrownBy(() -> PeerCertificate.prove(new UncheckedCertificate(certificate), NOW))
        .isInstanceOf(BadCertificateException.class)
        .hasMessageContaining(complaint);
  }

  @ParameterizedTest
  @EnumSource(names = "RSA", mode = EnumSource.Mode.EXCLUDE)
  void ourOwnCertificateProvesUsAndHasOneExtensionThatIsNotCritical(KeyType type) throws Exception {
    NodeKey key = NodeKey.generate(type);
    X509Certificate own = TlsIdentity.create(key, new SecureRandom(), NOW).certificate();
    assertThat(PeerCertificate.prove(new UncheckedCertificate(own.getEncoded()), NOW))
        .isEqualTo(key.publicKey());
    assertThat(own.getCriticalExtensionOIDs()).isNullOrEmpty();
    assertThat(own.getNonCriticalExtensionOIDs()).containsExactly(Certificates.IDENTITY.getId());
    assertThat(own.getSubjectX500Principal().getName()).isNotEmpty();
    assertThat(own.getIssuerX500Principal()).isEqualTo(own.getSubjectX500Principal());
    own.checkValidity(java.util.Date.from(NOW.minus(Duration.ofMinutes(59))));
    own.checkValidity(java.util.Date.from(NOW.plus(Duration.ofDays(36_000))));
  }

  @Test
  void exactlyOneCertificateIsTrusted() throws Exception {
    var trust = new PeerTrust(null, Clock.fixed(NOW, ZoneOffset.UTC));
    X509Certificate one = new UncheckedCertificate(p256().identity(false).make());
    assertThatThrownBy(() -> trust.checkClientTrusted(new X509Certificate[] {one, one}, "UNKNOWN"))
        .isInstanceOf(BadCertificateException.class);
    assertThatThrownBy(() -> trust.checkServerTrusted(new X509Certificate[0], "UNKNOWN"))
        .isInstanceOf(BadCertificateException.class);
    assertThat(trust.proven()).isNull();
    assertThat(trust.refusal().reason()).isEqualTo(FailureReason.BAD_HANDSHAKE);
    trust.checkServerTrusted(new X509Certificate[] {one}, "UNKNOWN");
    assertThat(trust.proven()).isEqualTo(IDENTITY.publicKey());
  }

  private static CertificateMaker with(Consumer<CertificateMaker> change) {
    CertificateMaker maker = p256().identity(false);
    change.accept(maker);
    return maker;
  }

  private static DERTaggedObject unique(int tag) {
    return new DERTaggedObject(false, tag, new DERBitString(new byte[] {1}));
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
