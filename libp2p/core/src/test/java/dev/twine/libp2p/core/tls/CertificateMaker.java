package dev.twine.libp2p.core.tls;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.SecurePair;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;

/** Writes certificates with one thing wrong, or unusual, at a time. */
final class CertificateMaker {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final NodeKey IDENTITY = NodeKey.ed25519FromSeed(SecurePair.seed(7));
  static final String UNKNOWN = "1.3.6.1.4.1.99999.1";

  final KeyPair pair;
  final List<ASN1Encodable> more = new ArrayList<>();
  final List<ASN1Encodable> extensions = new ArrayList<>();
  ASN1Encodable name = new X500Name("CN=peer");
  Instant notBefore = NOW.minus(Duration.ofHours(1));
  Instant notAfter = NOW.plus(Duration.ofDays(30));
  int version = 2;
  boolean wrongSelfSignature;
  private final String signature;
  private final String signatureId;

  private CertificateMaker(KeyPair pair, String signature, String signatureId) {
    this.pair = pair;
    this.signature = signature;
    this.signatureId = signatureId;
  }

  static CertificateMaker p256() {
    return new CertificateMaker(keys("EC", 256), "SHA256withECDSA", "1.2.840.10045.4.3.2");
  }

  static CertificateMaker p384() {
    return new CertificateMaker(keys("EC", 384), "SHA384withECDSA", "1.2.840.10045.4.3.3");
  }

  static CertificateMaker sha1() {
    return new CertificateMaker(keys("EC", 256), "SHA1withECDSA", "1.2.840.10045.4.1");
  }

  static CertificateMaker rsa(int bits) {
    return new CertificateMaker(keys("RSA", bits), "SHA256withRSA", "1.2.840.113549.1.1.11");
  }

  /** Adds the libp2p extension of the usual content. */
  CertificateMaker identity(boolean critical) {
    return identity(critical, IDENTITY.sign(Certificates.signed(publicKey())));
  }

  CertificateMaker identity(boolean critical, byte[] signed) {
    var content = new DERSequence(new ASN1Encodable[] {
      new DEROctetString(IDENTITY.publicKey().encoded()), new DEROctetString(signed)
    });
    return extension(Certificates.IDENTITY.getId(), critical, der(content));
  }

  CertificateMaker extension(String id, boolean critical, byte[] value) {
    extensions.add(new Extension(new ASN1ObjectIdentifier(id), critical, value));
    return this;
  }

  byte[] publicKey() {
    return pair.getPublic().getEncoded();
  }

  byte[] make() {
    var algorithm = new AlgorithmIdentifier(new ASN1ObjectIdentifier(signatureId));
    var fields = new ASN1EncodableVector();
    fields.add(new DERTaggedObject(true, 0, new ASN1Integer(version)));
    fields.add(new ASN1Integer(7));
    fields.add(algorithm);
    fields.add(name);
    fields.add(new DERSequence(new ASN1Encodable[] {time(notBefore), time(notAfter)}));
    fields.add(name);
    fields.add(SubjectPublicKeyInfo.getInstance(publicKey()));
    more.forEach(fields::add);
    if (!extensions.isEmpty()) {
      var all = new DERSequence(extensions.toArray(ASN1Encodable[]::new));
      fields.add(new DERTaggedObject(true, 3, all));
    }
    var signed = new DERSequence(fields);
    byte[] covered = der(signed);
    if (wrongSelfSignature) {
      covered[covered.length - 1] ^= 1;
    }
    var bits = new DERBitString(sign(covered));
    return der(new DERSequence(new ASN1Encodable[] {signed, algorithm, bits}));
  }

  static byte[] der(ASN1Encodable value) {
    try {
      return value.toASN1Primitive().getEncoded("DER");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] sign(byte[] bytes) {
    try {
      Signature signer = Signature.getInstance(signature);
      signer.initSign(pair.getPrivate());
      signer.update(bytes);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Time time(Instant instant) {
    return new Time(Date.from(instant));
  }

  private static KeyPair keys(String type, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
