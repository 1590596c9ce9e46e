package dev.twine.libp2p.core.tls;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.x509.Time;

/**
 * What stands in an X.509 certificate (RFC 5280, section 4.1), as far as libp2p has rules for it.
 *
 * <p>Read here, because both the JDK and Bouncy Castle refuse certificates without a name, which is
 * what rust-libp2p and js-libp2p send. Names are skipped; nobody relies on them. Only DER is taken.
 *
 * @param signed the bytes that the signature covers
 * @param publicKey the whole SubjectPublicKeyInfo
 * @param keyAlgorithm its object identifier
 */
record CertificateParts(
    byte[] signed,
    String signatureAlgorithm,
    byte[] signature,
    Instant notBefore,
    Instant notAfter,
    byte[] publicKey,
    String keyAlgorithm,
    List<CertificateExtension> extensions) {

  /** One extension; its value is what its octet string holds. */
  record CertificateExtension(String id, boolean critical, byte[] value) {}

  /** An RSA identity, its signature and an RSA certificate key take less than 3 KiB. */
  static final int MAX_BYTES = 8 * 1024;

  private static final int VERSION_3 = 2;
  private static final int VERSION_TAG = 0;
  private static final int EXTENSIONS_TAG = 3;
  private static final int FIELDS_BEFORE_EXTENSIONS = 7;

  /**
   * Takes a certificate apart; whether it holds is not its concern.
   *
   * @throws BadCertificateException if the bytes are not a version 3 certificate in DER
   */
  static CertificateParts parse(byte[] der) throws BadCertificateException {
    if (der.length > MAX_BYTES) {
      throw new BadCertificateException(
          "a certificate of " + der.length + " bytes; at most " + MAX_BYTES + " are accepted");
    }
    try {
      ASN1Primitive root = ASN1Primitive.fromByteArray(der);
      if (root == null || !Arrays.equals(root.getEncoded(ASN1Encoding.DER), der)) {
        throw new BadCertificateException("the certificate is not DER");
      }
      return read(ASN1Sequence.getInstance(root));
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new BadCertificateException("the certificate is malformed: " + e.getMessage(), e);
    } catch (ClassCastException | IndexOutOfBoundsException e) {
      throw new BadCertificateException("the certificate is malformed", e);
    }
  }

  private static CertificateParts read(ASN1Sequence certificate)
      throws IOException, BadCertificateException {
    size(certificate, 3, "certificate");
    ASN1Sequence signed = ASN1Sequence.getInstance(certificate.getObjectAt(0));
    ASN1Sequence algorithm = ASN1Sequence.getInstance(certificate.getObjectAt(1));
    ASN1BitString signature = ASN1BitString.getInstance(certificate.getObjectAt(2));
    // Version, serial number, algorithm, issuer, validity, subject, key; then extensions only.
    size(signed, FIELDS_BEFORE_EXTENSIONS + 1, "signed part with one tagged field");
    ASN1Encodable version = explicit(signed.getObjectAt(0), VERSION_TAG);
    if (!ASN1Integer.getInstance(version).hasValue(VERSION_3)) {
      throw new BadCertificateException("a certificate of another version than 3");
    }
    ASN1Integer.getInstance(signed.getObjectAt(1));
    if (!algorithm.equals(signed.getObjectAt(2))) {
      throw new BadCertificateException("the two algorithms of its signature differ");
    }
    ASN1Sequence validity = ASN1Sequence.getInstance(signed.getObjectAt(4));
    size(validity, 2, "validity");
    ASN1Sequence key = ASN1Sequence.getInstance(signed.getObjectAt(6));
    ASN1Encodable extensions =
        explicit(signed.getObjectAt(FIELDS_BEFORE_EXTENSIONS), EXTENSIONS_TAG);
    return new CertificateParts(
        signed.getEncoded(ASN1Encoding.DER),
        id(algorithm.getObjectAt(0)),
        signature.getOctets(),
        Time.getInstance(validity.getObjectAt(0)).getDate().toInstant(),
        Time.getInstance(validity.getObjectAt(1)).getDate().toInstant(),
        key.getEncoded(ASN1Encoding.DER),
        id(ASN1Sequence.getInstance(key.getObjectAt(0)).getObjectAt(0)),
        extensions(ASN1Sequence.getInstance(extensions)));
  }

  private static List<CertificateExtension> extensions(ASN1Sequence sequence)
      throws BadCertificateException {
    List<CertificateExtension> all = new ArrayList<>();
    for (ASN1Encodable element : sequence) {
      ASN1Sequence extension = ASN1Sequence.getInstance(element);
      boolean marked = extension.size() == 3;
      size(extension, marked ? 3 : 2, "extension");
      all.add(new CertificateExtension(
          id(extension.getObjectAt(0)),
          marked && ASN1Boolean.getInstance(extension.getObjectAt(1)).isTrue(),
          ASN1OctetString.getInstance(extension.getObjectAt(marked ? 2 : 1)).getOctets()));
    }
    return List.copyOf(all);
  }

  private static ASN1Encodable explicit(ASN1Encodable element, int tag)
      throws BadCertificateException {
    ASN1TaggedObject tagged = ASN1TaggedObject.getInstance(element);
    if (!tagged.hasContextTag(tag)) {
      throw new BadCertificateException("a field with the tag " + tagged.getTagNo());
    }
    return tagged.getExplicitBaseObject();
  }

  private static String id(ASN1Encodable element) {
    return ASN1ObjectIdentifier.getInstance(element).getId();
  }

  private static void size(ASN1Sequence sequence, int expected, String what)
      throws BadCertificateException {
    if (sequence.size() != expected) {
      throw new BadCertificateException(
          "no " + what + ": " + sequence.size() + " elements instead of " + expected);
    }
  }
}
