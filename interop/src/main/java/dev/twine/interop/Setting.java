package dev.twine.interop;

/**
 * How a peer is set up.
 *
 * @param transport {@code tcp} or {@code ws}
 * @param security {@code noise} or {@code tls}
 * @param early whether the multiplexer is offered in the security handshake
 * @param key {@code ed25519}, {@code secp256k1}, {@code ecdsa} or {@code rsa}
 */
public record Setting(String transport, String security, boolean early, String key) {
  /** With an early muxer and an Ed25519 key. */
  public static Setting of(String transport, String security) {
    return new Setting(transport, security, true, "ed25519");
  }

  /** The same, with the multiplexer agreed upon after the handshake. */
  public Setting withoutEarlyMuxer() {
    return new Setting(transport, security, false, key);
  }

  /** The same, with a key of that type. */
  public Setting withKey(String value) {
    return new Setting(transport, security, early, value);
  }

  @Override
  public String toString() {
    return transport + " " + security + (early ? "" : " late")
        + (key.equals("ed25519") ? "" : " " + key);
  }
}
