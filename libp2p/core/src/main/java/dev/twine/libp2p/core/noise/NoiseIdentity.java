package dev.twine.libp2p.core.noise;

import dev.twine.identity.NodeKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The static Noise key of a host and the signature that ties it to the host's identity. Made once
 * and kept in memory only; serves all connections, any thread.
 */
record NoiseIdentity(X25519Key staticKey, byte[] identityKey, byte[] signature) {
  private static final byte[] PREFIX =
      "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII);

  /** Makes a static key and signs it, which takes up to a millisecond: not for an event loop. */
  static NoiseIdentity create(NodeKey key, SecureRandom random) {
    return of(key, X25519Key.generate(random));
  }

  static NoiseIdentity of(NodeKey key, X25519Key staticKey) {
    byte[] signature = key.sign(signed(staticKey.publicKey()));
    return new NoiseIdentity(staticKey, key.publicKey().encoded(), signature);
  }

  /** What the owner of a static key signs. */
  static byte[] signed(byte[] staticKey) {
    byte[] text = Arrays.copyOf(PREFIX, PREFIX.length + staticKey.length);
    System.arraycopy(staticKey, 0, text, PREFIX.length, staticKey.length);
    return text;
  }

  @Override
  public String toString() {
    return "static Noise key";
  }
}
