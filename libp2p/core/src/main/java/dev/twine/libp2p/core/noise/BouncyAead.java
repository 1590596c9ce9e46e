package dev.twine.libp2p.core.noise;

import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/** The cipher of Bouncy Castle: always there, and slower than all others. */
final class BouncyAead implements Aead {
  static final Source SOURCE = new Source() {
    @Override
    public String name() {
      return "BouncyCastle";
    }

    @Override
    public Aead sealer(byte[] key) {
      return new BouncyAead(true, key);
    }

    @Override
    public Aead opener(byte[] key) {
      return new BouncyAead(false, key);
    }
  };

  private static final byte[] NOTHING = {};

  private final ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
  private final boolean sealing;
  private final KeyParameter key;

  private BouncyAead(boolean sealing, byte[] key) {
    this.sealing = sealing;
    this.key = new KeyParameter(key);
  }

  @Override
  public int apply(long nonce, byte[] bytes, int from, int length) {
    start(Aead.iv(nonce), NOTHING);
    return finish(bytes, from, length, bytes);
  }

  @Override
  public byte[] apply(byte[] iv, byte[] associatedData, byte[] input) {
    int output = sealing ? input.length + TAG_BYTES : input.length - TAG_BYTES;
    if (output < 0) {
      throw new NoiseException("shorter than a tag");
    }
    start(iv, associatedData);
    byte[] out = new byte[output];
    finish(input, 0, input.length, out);
    return out;
  }

  private void start(byte[] iv, byte[] associatedData) {
    cipher.init(sealing, new AEADParameters(key, 8 * TAG_BYTES, iv, associatedData));
  }

  /** Input and output start at the same offset; output never overtakes input. */
  private int finish(byte[] in, int from, int length, byte[] out) {
    try {
      int written = cipher.processBytes(in, from, length, out, from);
      return written + cipher.doFinal(out, from + written);
    } catch (InvalidCipherTextException e) {
      throw new NoiseException("wrong tag", e);
    }
  }
}
