package dev.twine.libp2p.core.tls;

import dev.twine.identity.NodePublicKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The key of a certificate and the signature that it made over it.
 *
 * <p>What everybody uses, P-256 with SHA-256, is checked by the code for identities of that kind,
 * which is ten times as fast as the JDK's. Hashes below 256 bits are not accepted at all.
 */
final class SelfSignature {
  private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";

  private static final Map<String, String> ALGORITHMS = Map.of(
      ECDSA_SHA256,
      "SHA256withECDSA",
      "1.2.840.10045.4.3.3",
      "SHA384withECDSA",
      "1.2.840.10045.4.3.4",
      "SHA512withECDSA",
      "1.2.840.113549.1.1.11",
      "SHA256withRSA",
      "1.2.840.113549.1.1.12",
      "SHA384withRSA",
      "1.2.840.113549.1.1.13",
      "SHA512withRSA",
      "1.3.101.112",
      "Ed25519");

  private static final Map<String, String> KEYS = Map.of(
      "1.2.840.10045.2.1", "EC",
      "1.2.840.113549.1.1.1", "RSA",
      "1.3.101.112", "Ed25519");

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 4096;
  private static final BigInteger RSA_EXPONENT = BigInteger.valueOf(65_537);

  /** The length of an uncompressed P-256 key in its DER; as an identity, with four bytes before. */
  private static final int P256_BYTES = 91;

  private static final byte[] P256_IDENTITY = {8, 3, 18, P256_BYTES};

  private SelfSignature() {}

  /**
   * Reads the key of a certificate.
   *
   * @throws BadCertificateException if it is of no type for TLS 1.3, or too dear to verify with
   */
  static PublicKey key(String algorithm, byte[] subjectPublicKeyInfo)
      throws BadCertificateException {
    String name = KEYS.get(algorithm);
    if (name == null) {
      throw new BadCertificateException("a key of the unknown type " + algorithm);
    }
    PublicKey key;
    try {
      key =
          KeyFactory.getInstance(name).generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
    } catch (GeneralSecurityException e) {
      throw new BadCertificateException("the key cannot be read", e);
    }
    if (key instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < MIN_RSA_BITS
          || bits > MAX_RSA_BITS
          || !rsa.getPublicExponent().equals(RSA_EXPONENT)) {
        throw new BadCertificateException(
            "an RSA key of " + bits + " bits; 2048 to 4096 and the exponent 65537 are accepted");
      }
    }
    return key;
  }

  /**
   * Whether the holder of the key has signed the certificate.
   *
   * @throws BadCertificateException if the algorithm is unknown or too weak
   */
  static void check(CertificateParts parts) throws BadCertificateException {
    String algorithm = parts.signatureAlgorithm();
    String name = ALGORITHMS.get(algorithm);
    if (name == null) {
      throw new BadCertificateException("signed by the unknown algorithm " + algorithm);
    }
    NodePublicKey p256 = algorithm.equals(ECDSA_SHA256) ? p256(parts.publicKey()) : null;
    boolean holds =
        p256 != null ? p256.verify(parts.signed(), parts.signature()) : verify(name, parts);
    if (!holds) {
      throw new BadCertificateException("the self-signature does not hold");
    }
  }

  private static @Nullable NodePublicKey p256(byte[] subjectPublicKeyInfo) {
    if (subjectPublicKeyInfo.length != P256_BYTES) {
      return null;
    }
    byte[] encoded = new byte[P256_IDENTITY.length + P256_BYTES];
    System.arraycopy(P256_IDENTITY, 0, encoded, 0, P256_IDENTITY.length);
    System.arraycopy(subjectPublicKeyInfo, 0, encoded, P256_IDENTITY.length, P256_BYTES);
    try {
      return NodePublicKey.parse(encoded);
    } catch (IllegalArgumentException anotherCurve) {
      return null;
    }
  }

  private static boolean verify(String name, CertificateParts parts)
      throws BadCertificateException {
    PublicKey key = key(parts.keyAlgorithm(), parts.publicKey());
    try {
      Signature signature = Signature.getInstance(name);
      signature.initVerify(key);
      signature.update(parts.signed());
      return signature.verify(parts.signature());
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new BadCertificateException("the self-signature is not of the key's kind", e);
    }
  }
}
