package dev.twine.libp2p.core.tls;

import dev.twine.identity.NodeKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * The certificate by which a host shows itself, and its key. Made once and kept in memory only;
 * serves all connections, any thread.
 *
 * <p>ECDSA on P-256, which everybody verifies. The libp2p extension is the only one, because
 * js-libp2p looks at the first alone, and not critical; subject and issuer are not empty, because
 * some libraries refuse that. The dates are those of the other implementations.
 */
record TlsIdentity(X509Certificate certificate, PrivateKey key) {
  private static final String CURVE = "secp256r1";

  /** For peers whose clocks are behind. */
  private static final Duration BEFORE = Duration.ofHours(1);

  private static final Duration AFTER = Duration.ofDays(36_500);

  private static final int SERIAL_BITS = 64;

  /** Takes up to some milliseconds: not for an event loop. */
  static TlsIdentity create(NodeKey identity, SecureRandom random, Instant now) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE), random);
      KeyPair pair = generator.generateKeyPair();
      byte[] der = sign(unsigned(identity, pair, random, now), pair.getPrivate());
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      var certificate =
          (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
      return new TlsIdentity(certificate, pair.getPrivate());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JDK makes no certificate on P-256", e);
    }
  }

  private static TBSCertificate unsigned(
      NodeKey identity, KeyPair pair, SecureRandom random, Instant now) throws IOException {
    BigInteger serial = new BigInteger(SERIAL_BITS, random).setBit(0);
    X500Name name = new X500Name("SERIALNUMBER=" + serial);
    var generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(serial));
    generator.setSignature(ecdsa());
    generator.setIssuer(name);
    generator.setSubject(name);
    generator.setStartDate(new Time(Date.from(now.minus(BEFORE))));
    generator.setEndDate(new Time(Date.from(now.plus(AFTER))));
    byte[] publicKey = pair.getPublic().getEncoded();
    generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(publicKey));
    generator.setExtensions(new Extensions(extension(identity, publicKey)));
    return generator.generateTBSCertificate();
  }

  private static Extension extension(NodeKey identity, byte[] publicKey) throws IOException {
    byte[] signature = identity.sign(Certificates.signed(publicKey));
    var content = new DERSequence(new ASN1Encodable[] {
      new DEROctetString(identity.publicKey().encoded()), new DEROctetString(signature)
    });
    return new Extension(Certificates.IDENTITY, false, content.getEncoded(ASN1Encoding.DER));
  }

  private static byte[] sign(TBSCertificate unsigned, PrivateKey key)
      throws GeneralSecurityException, IOException {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key);
    signer.update(unsigned.getEncoded(ASN1Encoding.DER));
    var parts = new ASN1EncodableVector();
    parts.add(unsigned);
    parts.add(ecdsa());
    parts.add(new DERBitString(signer.sign()));
    return new DERSequence(parts).getEncoded(ASN1Encoding.DER);
  }

  private static AlgorithmIdentifier ecdsa() {
    return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
  }

  @Override
  public String toString() {
    return "TLS certificate";
  }
}
