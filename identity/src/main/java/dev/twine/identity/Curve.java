package dev.twine.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * ECDSA with SHA-256 on the two curves of libp2p. Signatures are strict DER.
 *
 * <p>Nonces follow RFC 6979, so that no random number generator can betray a key. On secp256k1 s is
 * the lower of its two values, as Bitcoin (BIP 62) and other libp2p implementations make it; when
 * verifying, both are taken, as go-libp2p does.
 */
final class Curve {
  static final Curve SECP256K1 = new Curve(SECObjectIdentifiers.secp256k1, true);
  static final Curve P256 = new Curve(SECObjectIdentifiers.secp256r1, false);

  private final ECNamedDomainParameters domain;
  private final boolean lowS;

  private Curve(ASN1ObjectIdentifier name, boolean lowS) {
    this.domain = new ECNamedDomainParameters(name, CustomNamedCurves.getByOID(name));
    this.lowS = lowS;
  }

  ECNamedDomainParameters domain() {
    return domain;
  }

  /**
   * The public key at that point of the curve.
   *
   * @throws IllegalArgumentException if it is not on the curve, or is the point at infinity
   */
  ECPublicKeyParameters publicKey(byte[] point) {
    return new ECPublicKeyParameters(domain.getCurve().decodePoint(point), domain);
  }

  ECPublicKeyParameters publicKey(ECPrivateKeyParameters key) {
    return new ECPublicKeyParameters(
        new FixedPointCombMultiplier().multiply(domain.getG(), key.getD()), domain);
  }

  byte[] sign(ECPrivateKeyParameters key, byte[] message) {
    var signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, key);
    BigInteger[] signature = signer.generateSignature(sha256(message));
    BigInteger n = domain.getN();
    BigInteger s = signature[1];
    if (lowS && s.compareTo(n.shiftRight(1)) > 0) {
      s = n.subtract(s);
    }
    try {
      return StandardDSAEncoding.INSTANCE.encode(n, signature[0], s);
    } catch (IOException e) {
      throw new AssertionError("two numbers always encode", e);
    }
  }

  boolean verify(ECPublicKeyParameters key, byte[] message, byte[] signature) {
    BigInteger[] numbers;
    try {
      numbers = StandardDSAEncoding.INSTANCE.decode(domain.getN(), signature);
    } catch (IOException
        | ClassCastException
        | IllegalArgumentException
        | IllegalStateException e) {
      // The decoder casts what stands in the sequence without looking at it.
      return false;
    }
    var signer = new ECDSASigner();
    signer.init(false, key);
    return signer.verifySignature(sha256(message), numbers[0], numbers[1]);
  }

  private static byte[] sha256(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
