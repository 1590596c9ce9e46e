package dev.twine.libp2p.core.tls;

import dev.twine.identity.NodePublicKey;
import dev.twine.libp2p.core.tls.CertificateParts.CertificateExtension;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.jspecify.annotations.Nullable;

/**
 * The rules of libp2p for the certificate of a peer.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/tls/tls.md">libp2p TLS</a>
 */
final class PeerCertificate {
  private PeerCertificate() {}

  /**
   * Proves the identity that a certificate names. Takes up to a millisecond.
   *
   * @throws BadCertificateException naming the rule that it breaks
   */
  static NodePublicKey prove(UncheckedCertificate certificate, Instant now)
      throws BadCertificateException {
    CertificateParts parts = certificate.parts();
    if (now.isBefore(parts.notBefore())) {
      throw new BadCertificateException("not valid before " + parts.notBefore());
    }
    if (now.isAfter(parts.notAfter())) {
      throw new BadCertificateException("not valid after " + parts.notAfter());
    }
    byte[] identity = identityExtension(parts.extensions());
    SelfSignature.check(parts, certificate.getPublicKey());
    return prove(identity, parts.publicKey());
  }

  private static byte[] identityExtension(List<CertificateExtension> extensions)
      throws BadCertificateException {
    byte @Nullable [] found = null;
    for (CertificateExtension extension : extensions) {
      if (extension.id().equals(Certificates.IDENTITY.getId())) {
        if (found != null) {
          throw new BadCertificateException("two libp2p extensions");
        }
        found = extension.value();
      } else if (extension.critical()) {
        throw new BadCertificateException("the unknown critical extension " + extension.id());
      }
    }
    if (found == null) {
      throw new BadCertificateException("no libp2p extension");
    }
    return found;
  }

  private static NodePublicKey prove(byte[] signedKey, byte[] certificateKey)
      throws BadCertificateException {
    NodePublicKey key;
    byte[] signature;
    try {
      ASN1Primitive root = ASN1Primitive.fromByteArray(signedKey);
      if (root == null || !Arrays.equals(root.getEncoded(ASN1Encoding.DER), signedKey)) {
        throw new BadCertificateException("the libp2p extension is not DER");
      }
      ASN1Sequence pair = ASN1Sequence.getInstance(root);
      if (pair.size() != 2) {
        throw new BadCertificateException("the libp2p extension is not a pair");
      }
      key = NodePublicKey.parse(ASN1OctetString.getInstance(pair.getObjectAt(0)).getOctets());
      signature = ASN1OctetString.getInstance(pair.getObjectAt(1)).getOctets();
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      throw new BadCertificateException("the libp2p extension: " + e.getMessage(), e);
    }
    if (!key.verify(Certificates.signed(certificateKey), signature)) {
      throw new BadCertificateException("the identity has not signed the certificate's key");
    }
    return key;
  }
}
