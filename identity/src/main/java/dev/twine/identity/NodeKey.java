package dev.twine.identity;

import java.nio.file.Path;
import java.security.SecureRandom;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * The private key of a node: Ed25519, secp256k1 or ECDSA on P-256.
 *
 * <p>Immutable, safe for use by several threads. Signing takes about 0.5 ms of processor time.
 * Nothing of the key appears in its text form or in an exception.
 */
public final class NodeKey {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final AsymmetricKeyParameter secret;
  private final NodePublicKey publicKey;

  private NodeKey(AsymmetricKeyParameter secret, NodePublicKey publicKey) {
    this.secret = secret;
    this.publicKey = publicKey;
  }

  /**
   * Makes a new key.
   *
   * @throws KeyException for RSA, which is verified only
   */
  public static NodeKey generate(KeyType type) {
    return switch (type) {
      case ED25519 -> of(new Ed25519PrivateKeyParameters(RANDOM));
      case SECP256K1 -> of(generate(Curve.SECP256K1));
      case ECDSA -> of(generate(Curve.P256));
      case RSA ->
        throw new KeyException(
            "cannot make a key of this type",
            type.label(),
            "choose ed25519, secp256k1 or ecdsa (P-256)",
            null);
    };
  }

  /**
   * The Ed25519 key of a seed: for tests, and for keys derived elsewhere.
   *
   * @throws IllegalArgumentException unless it has 32 bytes
   */
  public static NodeKey ed25519FromSeed(byte[] seed32) {
    if (seed32.length != Ed25519PrivateKeyParameters.KEY_SIZE) {
      throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, not " + seed32.length);
    }
    return of(new Ed25519PrivateKeyParameters(seed32, 0));
  }

  /**
   * Reads a PKCS#8 PEM block, {@code -----BEGIN PRIVATE KEY-----}, as Twine, go-algorand and openssl
   * write it.
   *
   * @throws KeyException naming what was found instead
   */
  public static NodeKey parsePem(String pem) {
    return KeyPem.parse(pem);
  }

  /** The PKCS#8 PEM block. Whoever holds the text holds the key. */
  public String toPem() {
    return KeyPem.write(secret);
  }

  /**
   * Reads a key file.
   *
   * @throws KeyException if it is missing, a link, no regular file, readable by group or others,
   *     above 64 KiB, or no key
   */
  public static NodeKey load(Path file) {
    return KeyFile.load(file);
  }

  /**
   * Writes a key file that only its owner can read, whole or not at all.
   *
   * @param force whether to replace an existing file
   * @throws KeyException if it exists and force is false, or cannot be written
   */
  public void save(Path file, boolean force) {
    KeyFile.save(file, toPem(), force);
  }

  public KeyType type() {
    return publicKey.type();
  }

  public NodePublicKey publicKey() {
    return publicKey;
  }

  public NodeId nodeId() {
    return publicKey.nodeId();
  }

  /** Signs as {@link NodePublicKey#verify} expects. The same message gives the same signature. */
  public byte[] sign(byte[] message) {
    if (secret instanceof Ed25519PrivateKeyParameters) {
      var signer = new Ed25519Signer();
      signer.init(true, secret);
      signer.update(message, 0, message.length);
      return signer.generateSignature();
    }
    var key = (ECPrivateKeyParameters) secret;
    return (type() == KeyType.SECP256K1 ? Curve.SECP256K1 : Curve.P256).sign(key, message);
  }

  @Override
  public String toString() {
    return "private " + publicKey;
  }

  static NodeKey of(Ed25519PrivateKeyParameters key) {
    return new NodeKey(key, NodePublicKey.ofEd25519(key.generatePublicKey().getEncoded()));
  }

  /** Takes a key whose domain parameters are those of one of the two curves. */
  static NodeKey of(ECPrivateKeyParameters key) {
    if (key.getParameters().equals(Curve.SECP256K1.domain())) {
      byte[] point = Curve.SECP256K1.publicKey(key).getQ().getEncoded(true);
      return new NodeKey(named(key, Curve.SECP256K1), NodePublicKey.of(KeyType.SECP256K1, point));
    }
    if (key.getParameters().equals(Curve.P256.domain())) {
      byte[] point = Curve.P256.publicKey(key).getQ().getEncoded(false);
      byte[] pkix = SignatureCheck.p256Pkix(point);
      return new NodeKey(named(key, Curve.P256), NodePublicKey.of(KeyType.ECDSA, pkix));
    }
    throw new IllegalArgumentException("an elliptic curve other than secp256k1 and P-256");
  }

  private static ECPrivateKeyParameters named(ECPrivateKeyParameters key, Curve curve) {
    return new ECPrivateKeyParameters(key.getD(), curve.domain());
  }

  private static ECPrivateKeyParameters generate(Curve curve) {
    var generator = new ECKeyPairGenerator();
    generator.init(new ECKeyGenerationParameters(curve.domain(), RANDOM));
    return (ECPrivateKeyParameters) generator.generateKeyPair().getPrivate();
  }
}
