package dev.twine.libp2p.core.noise;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The cipher of a JCE provider, on heap arrays: from direct buffers the JDK's provider copies in
 * small pieces.
 *
 * <p>Conscrypt gets arrays of its own. It hands the whole of an array to native code, which copies all
 * of it there and back, and on a wrong tag clears everything from the offset to the array's end: in
 * the array of a pooled buffer that is the memory of others.
 *
 * <p>Providers want an {@code init} for every message. One call to {@code doFinal} follows it, never
 * {@code update}: some providers would hand out text whose tag nobody has checked.
 */
final class JceAead implements Aead {
  private static final byte[] NOTHING = {};

  private static final String CONSCRYPT = "Conscrypt";

  private final Cipher cipher;
  private final int mode;
  private final Key key;
  private final boolean ownArrays;

  private JceAead(Cipher cipher, int mode, byte[] key) {
    this.cipher = cipher;
    this.mode = mode;
    this.ownArrays = cipher.getProvider().getName().equals(CONSCRYPT);
    this.key = new SecretKeySpec(key, "ChaCha20");
  }

  /** The source that takes its ciphers from that provider, under the provider's name for them. */
  static Source from(Provider provider, String transformation) {
    return new Source() {
      @Override
      public String name() {
        return provider.getName();
      }

      @Override
      public Aead sealer(byte[] key) {
        return new JceAead(instance(provider, transformation), Cipher.ENCRYPT_MODE, key);
      }

      @Override
      public Aead opener(byte[] key) {
        return new JceAead(instance(provider, transformation), Cipher.DECRYPT_MODE, key);
      }
    };
  }

  @Override
  public int apply(long nonce, byte[] bytes, int from, int length) {
    try {
      start(Aead.iv(nonce), NOTHING);
      if (!ownArrays) {
        return cipher.doFinal(bytes, from, length, bytes, from);
      }
      byte[] result = cipher.doFinal(Arrays.copyOfRange(bytes, from, from + length));
      System.arraycopy(result, 0, bytes, from, result.length);
      return result.length;
    } catch (GeneralSecurityException e) {
      throw refused(e);
    }
  }

  @Override
  public byte[] apply(byte[] iv, byte[] associatedData, byte[] input) {
    try {
      start(iv, associatedData);
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw refused(e);
    }
  }

  private void start(byte[] iv, byte[] associatedData) throws GeneralSecurityException {
    cipher.init(mode, key, new IvParameterSpec(iv));
    if (associatedData.length > 0) {
      cipher.updateAAD(associatedData);
    }
  }

  private static NoiseException refused(GeneralSecurityException e) {
    return new NoiseException(
        e instanceof AEADBadTagException ? "wrong tag" : "the cipher refused: " + e.getMessage(),
        e);
  }

  private static Cipher instance(Provider provider, String transformation) {
    try {
      return Cipher.getInstance(transformation, provider);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(provider.getName() + " has no " + transformation, e);
    }
  }
}
