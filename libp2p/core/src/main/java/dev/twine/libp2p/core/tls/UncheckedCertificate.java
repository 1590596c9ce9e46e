package dev.twine.libp2p.core.tls;

import java.math.BigInteger;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * A peer's certificate as the JDK's TLS sees it: its bytes and its key. {@link PeerTrust} checks the
 * rest; what only chains of certificates need is not answered.
 */
final class UncheckedCertificate extends X509Certificate {
  private static final long serialVersionUID = 1;
  private static final X500Principal NOBODY = new X500Principal("");

  private final byte[] der;
  private final transient CertificateParts parts;
  private final transient PublicKey key;

  /** Takes the array over. */
  UncheckedCertificate(byte[] der) throws BadCertificateException {
    this.der = der;
    this.parts = CertificateParts.parse(der);
    this.key = SelfSignature.key(parts.keyAlgorithm(), parts.publicKey());
  }

  CertificateParts parts() {
    return parts;
  }

  @Override
  public byte[] getEncoded() {
    return der.clone();
  }

  @Override
  public PublicKey getPublicKey() {
    return key;
  }

  @Override
  public void checkValidity() {
    throw unsupported();
  }

  @Override
  public void checkValidity(Date date) {
    throw unsupported();
  }

  @Override
  public void verify(PublicKey signer) {
    throw unsupported();
  }

  @Override
  public void verify(PublicKey signer, String provider) {
    throw unsupported();
  }

  @Override
  public int getVersion() {
    return 3;
  }

  @Override
  public BigInteger getSerialNumber() {
    throw unsupported();
  }

  @Override
  @Deprecated
  public Principal getIssuerDN() {
    return NOBODY;
  }

  @Override
  @Deprecated
  public Principal getSubjectDN() {
    return NOBODY;
  }

  @Override
  public X500Principal getIssuerX500Principal() {
    return NOBODY;
  }

  @Override
  public X500Principal getSubjectX500Principal() {
    return NOBODY;
  }

  @Override
  public Date getNotBefore() {
    return Date.from(parts.notBefore());
  }

  @Override
  public Date getNotAfter() {
    return Date.from(parts.notAfter());
  }

  @Override
  public byte[] getTBSCertificate() {
    return parts.signed().clone();
  }

  @Override
  public byte[] getSignature() {
    return parts.signature().clone();
  }

  @Override
  public String getSigAlgName() {
    return parts.signatureAlgorithm();
  }

  @Override
  public String getSigAlgOID() {
    return parts.signatureAlgorithm();
  }

  @Override
  public byte @Nullable [] getSigAlgParams() {
    return null;
  }

  @Override
  public boolean @Nullable [] getIssuerUniqueID() {
    return null;
  }

  @Override
  public boolean @Nullable [] getSubjectUniqueID() {
    return null;
  }

  @Override
  public boolean @Nullable [] getKeyUsage() {
    return null;
  }

  @Override
  public int getBasicConstraints() {
    return -1;
  }

  @Override
  public boolean hasUnsupportedCriticalExtension() {
    return false;
  }

  @Override
  public Set<String> getCriticalExtensionOIDs() {
    return extensions(true);
  }

  @Override
  public Set<String> getNonCriticalExtensionOIDs() {
    return extensions(false);
  }

  @Override
  public byte @Nullable [] getExtensionValue(String id) {
    return null;
  }

  @Override
  public String toString() {
    return "certificate of a libp2p peer";
  }

  private Set<String> extensions(boolean critical) {
    return parts.extensions().stream()
        .filter(extension -> extension.critical() == critical)
        .map(CertificateParts.CertificateExtension::id)
        .collect(Collectors.toSet());
  }

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException("PeerCertificate checks certificates of libp2p");
  }
}
