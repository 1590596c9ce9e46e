package dev.twine.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** Checks signatures with one public key of one type. Safe for use by several threads. */
@FunctionalInterface
interface SignatureCheck {
  /** Shorter keys are breakable. */
  int MIN_RSA_BITS = 2048;

  /** Longer ones, up to 8192 bits in go-libp2p, cost the verifier more than they prove. */
  int MAX_RSA_BITS = 4096;

  /**
   * What all generators of keys use. A larger exponent makes a verification up to 200 times as
   * expensive, at the peer's choice.
   */
  BigInteger RSA_EXPONENT = BigInteger.valueOf(65_537);

  /** The DER of every uncompressed P-256 key up to its point: SEQUENCE, two OIDs, BIT STRING. */
  byte[] P256_PREFIX =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

  /** An uncompressed point: 0x04 and two coordinates. */
  int P256_POINT = 65;

  /** RFC 8032. */
  int ED25519_SIGNATURE = 64;

  boolean verify(byte[] message, byte[] signature);

  /**
   * Takes the data of an encoded public key.
   *
   * @throws IllegalArgumentException if they are not a key of that type in its one encoding
   */
  static SignatureCheck of(KeyType type, byte[] data) {
    return switch (type) {
      case ED25519 -> ed25519(data);
      case SECP256K1 -> secp256k1(data);
      case ECDSA -> p256(data);
      case RSA -> rsa(data);
    };
  }

  /** The PKIX DER of an uncompressed P-256 point. */
  static byte[] p256Pkix(byte[] point) {
    byte[] pkix = Arrays.copyOf(P256_PREFIX, P256_PREFIX.length + P256_POINT);
    System.arraycopy(point, 0, pkix, P256_PREFIX.length, P256_POINT);
    return pkix;
  }

  private static SignatureCheck ed25519(byte[] data) {
    require(data.length == Ed25519PublicKeyParameters.KEY_SIZE, "Ed25519", "32 bytes");
    var key = new Ed25519PublicKeyParameters(data, 0);
    return (message, signature) -> {
      var signer = new Ed25519Signer();
      signer.init(false, key);
      signer.update(message, 0, message.length);
      return signature.length == ED25519_SIGNATURE && signer.verifySignature(signature);
    };
  }

  private static SignatureCheck secp256k1(byte[] data) {
    require(data.length == 33, "secp256k1", "a compressed point of 33 bytes");
    ECPublicKeyParameters key = Curve.SECP256K1.publicKey(data);
    return (message, signature) -> Curve.SECP256K1.verify(key, message, signature);
  }

  private static SignatureCheck p256(byte[] data) {
    int prefix = P256_PREFIX.length;
    require(
        data.length == prefix + P256_POINT
            && Arrays.equals(data, 0, prefix, P256_PREFIX, 0, prefix),
        "ECDSA",
        "the PKIX DER of an uncompressed P-256 point");
    ECPublicKeyParameters key = Curve.P256.publicKey(Arrays.copyOfRange(data, prefix, data.length));
    return (message, signature) -> Curve.P256.verify(key, message, signature);
  }

  private static SignatureCheck rsa(byte[] data) {
    PublicKey key;
    try {
      key = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(data));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an RSA public key: PKIX DER is expected", e);
    }
    require(Arrays.equals(key.getEncoded(), data), "RSA", "PKIX DER without variations");
    int bits = ((RSAPublicKey) key).getModulus().bitLength();
    require(bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS, "RSA", "2048 to 4096 bits");
    require(
        ((RSAPublicKey) key).getPublicExponent().equals(RSA_EXPONENT), "RSA", "the exponent 65537");
    return (message, signature) -> verifyRsa(key, message, signature);
  }

  private static boolean verifyRsa(PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature check = Signature.getInstance("SHA256withRSA");
      check.initVerify(key);
      check.update(message);
      return check.verify(signature);
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK verifies RSA", e);
    }
  }

  private static void require(boolean condition, String type, String expected) {
    if (!condition) {
      throw new IllegalArgumentException(
          "not an " + type + " public key: " + expected + " is expected");
    }
  }
}
