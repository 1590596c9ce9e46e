package dev.twine.libp2p.core.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;

/**
 * The key of a certificate and the signature that it made over it.
 *
 * <p>What everybody uses, P-256 with SHA-256, is checked by {@link P256Key}. Hashes below 256 bits are not accepted at all.
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
    if (key instanceof ECPublicKey onSomeCurve) {
      P256Key p256 = P256Key.of(onSomeCurve, subjectPublicKeyInfo);
      return p256 == null ? key : p256;
    }
    return key;
  }

  /**
   * Whether the holder of the key has signed the certificate.
   *
   * @param key the certificate's own
   * @throws BadCertificateException if the algorithm is unknown or too weak
   */
  static void check(CertificateParts parts, PublicKey key) throws BadCertificateException {
    String algorithm = parts.signatureAlgorithm();
    String name = ALGORITHMS.get(algorithm);
    if (name == null) {
      throw new BadCertificateException("signed by the unknown algorithm " + algorithm);
    }
    boolean holds = (algorithm.equals(ECDSA_SHA256) && key instanceof P256Key p256)
        ? p256.verify(parts.signed(), parts.signature())
        : verify(name, parts, key);
    if (!holds) {
      throw new BadCertificateException("the self-signature does not hold");
    }
  }

  private static boolean verify(String name, CertificateParts parts, PublicKey key)
      throws BadCertificateException {
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
