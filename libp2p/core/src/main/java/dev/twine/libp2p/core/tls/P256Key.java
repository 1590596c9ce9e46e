package dev.twine.libp2p.core.tls;

import dev.twine.identity.NodePublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import org.jspecify.annotations.Nullable;

/**
 * The key of a certificate on P-256, which nearly all peers have. The JDK's TLS sees its own key;
 * signatures are checked by the code for identities of that kind, in a third of the JDK's time.
 */
final class P256Key implements ECPublicKey {
  private static final long serialVersionUID = 1;

  /** The length of an uncompressed P-256 key in its DER; as an identity, with four bytes before. */
  private static final int BYTES = 91;

  private static final byte[] IDENTITY = {8, 3, 18, BYTES};

  private final transient ECPublicKey jdk;
  private final transient NodePublicKey check;

  private P256Key(ECPublicKey jdk, NodePublicKey check) {
    this.jdk = jdk;
    this.check = check;
  }

  /**
   * That key; null if it is on another curve, or written unusually.
   *
   * @param subjectPublicKeyInfo the same key in DER
   */
  static @Nullable P256Key of(ECPublicKey jdk, byte[] subjectPublicKeyInfo) {
    if (subjectPublicKeyInfo.length != BYTES) {
      return null;
    }
    byte[] encoded = new byte[IDENTITY.length + BYTES];
    System.arraycopy(IDENTITY, 0, encoded, 0, IDENTITY.length);
    System.arraycopy(subjectPublicKeyInfo, 0, encoded, IDENTITY.length, BYTES);
    try {
      return new P256Key(jdk, NodePublicKey.parse(encoded));
    } catch (IllegalArgumentException anotherCurve) {
      return null;
    }
  }

  /** Whether this is an ECDSA signature over the SHA-256 of the message, in DER. */
  boolean verify(byte[] message, byte[] signature) {
    return check.verify(message, signature);
  }

  @Override
  public ECPoint getW() {
    return jdk.getW();
  }

  @Override
  public ECParameterSpec getParams() {
    return jdk.getParams();
  }

  @Override
  public String getAlgorithm() {
    return jdk.getAlgorithm();
  }

  @Override
  public String getFormat() {
    return jdk.getFormat();
  }

  @Override
  public byte[] getEncoded() {
    return jdk.getEncoded();
  }
}
