package dev.twine.libp2p.core.noise;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The hash, chaining key and cipher key that a handshake mixes everything into: the SymmetricState
 * of the Noise specification, revision 34, section 5.2.
 */
final class SymmetricState {
  static final String PROTOCOL = "Noise_XX_25519_ChaChaPoly_SHA256";

  private final Aead.Source ciphers;
  private final MessageDigest sha256;
  private final Mac hmac;
  private byte[] hash;
  private byte[] chainingKey;
  private byte[] key = {};
  private long nonce;

  SymmetricState(Aead.Source ciphers, byte[] prologue) {
    this.ciphers = ciphers;
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
      this.hmac = Mac.getInstance("HmacSHA256");
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
    // The name has exactly the 32 bytes of a hash, so it stands for itself.
    this.hash = PROTOCOL.getBytes(StandardCharsets.US_ASCII);
    this.chainingKey = hash.clone();
    mixHash(prologue);
  }

  void mixHash(byte[] data) {
    sha256.update(hash);
    hash = sha256.digest(data);
  }

  /** Mixes a shared secret in, and wipes it. */
  void mixKey(byte[] shared) {
    byte[][] keys = expand(shared);
    Arrays.fill(shared, (byte) 0);
    chainingKey = keys[0];
    key = keys[1];
    nonce = 0;
  }

  /** Before the first {@link #mixKey} the text goes as it is. */
  byte[] encryptAndHash(byte[] text) {
    byte[] sealed = key.length == 0 ? text : ciphers.sealer(key).apply(nonce++, hash, text);
    mixHash(sealed);
    return sealed;
  }

  /**
   * The reverse.
   *
   * @throws NoiseException if the tag is wrong
   */
  byte[] decryptAndHash(byte[] sealed) {
    byte[] text = key.length == 0 ? sealed : ciphers.opener(key).apply(nonce++, hash, sealed);
    mixHash(sealed);
    return text;
  }

  Aead.Source ciphers() {
    return ciphers;
  }

  /** Stands for everything that both sides have sent, and binds a proof to this handshake. */
  byte[] hash() {
    return hash.clone();
  }

  /** The keys of the two directions, that of the initiator first; nothing is left here. */
  byte[][] split() {
    byte[][] keys = expand(new byte[0]);
    Arrays.fill(chainingKey, (byte) 0);
    Arrays.fill(key, (byte) 0);
    return keys;
  }

  /** HKDF with two outputs, as Noise defines it over HMAC-SHA-256. */
  private byte[][] expand(byte[] input) {
    byte[] secret = hmac(chainingKey, input, (byte) 0, false);
    byte[] first = hmac(secret, new byte[0], (byte) 1, true);
    byte[] second = hmac(secret, first, (byte) 2, true);
    Arrays.fill(secret, (byte) 0);
    return new byte[][] {first, second};
  }

  private byte[] hmac(byte[] hmacKey, byte[] data, byte counter, boolean counted) {
    try {
      hmac.init(new SecretKeySpec(hmacKey, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("HMAC takes any key", e);
    }
    hmac.update(data);
    if (counted) {
      hmac.update(counter);
    }
    return hmac.doFinal();
  }
}
