package dev.twine.identity;

import java.util.Locale;

/**
 * The four kinds of keys that libp2p knows, by their codes in its key encoding.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md">peer ID spec</a>
 */
public enum KeyType {
  /** Verified only: nodes with RSA keys exist, but Twine makes none. */
  RSA(0),
  /** The default, and the only type that every implementation has. */
  ED25519(1),
  SECP256K1(2),
  /** ECDSA on the curve P-256. */
  ECDSA(3);

  private final int code;

  KeyType(int code) {
    this.code = code;
  }

  /** The value of the enum in the key encoding. */
  public int code() {
    return code;
  }

  /** {@code rsa}, {@code ed25519}, {@code secp256k1} or {@code ecdsa}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The type of that code.
   *
   * @throws IllegalArgumentException if libp2p defines none
   */
  static KeyType of(int code) {
    for (KeyType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown key type: " + code + ": only 0 to 3 are defined");
  }
}
