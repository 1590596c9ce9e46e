package dev.twine.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The name of a key for people to copy: {@code tw1...}, with a checksum that finds typing errors.
 *
 * <p>It is bech32m with the prefix {@code tw} over one symbol for the version, 0, and the SHA-256 of
 * the libp2p encoding of the public key: 62 characters. Immutable.
 */
public final class AccountAddress {
  private static final String PREFIX = "tw";
  private static final byte VERSION = 0;
  private static final int HASH = 32;
  private static final String REMEDY = "copy it again, whole and in lower case";

  private final String text;

  private AccountAddress(byte[] hash) {
    byte[] symbols = Bech32m.symbols(hash);
    byte[] versioned = new byte[symbols.length + 1];
    versioned[0] = VERSION;
    System.arraycopy(symbols, 0, versioned, 1, symbols.length);
    this.text = Bech32m.encode(PREFIX, versioned);
  }

  /** The address of a key. */
  public static AccountAddress of(NodePublicKey key) {
    try {
      return new AccountAddress(MessageDigest.getInstance("SHA-256").digest(key.encoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /**
   * Reads an address.
   *
   * @throws KeyException naming the first thing that is wrong with it
   */
  public static AccountAddress parse(String text) {
    // The longest text that is looked at; an address is shorter.
    if (text.length() > 90) {
      throw new KeyException("not an address", text.substring(0, 16) + "...", REMEDY, null);
    }
    byte[] symbols;
    try {
      symbols = Bech32m.decode(PREFIX, text);
    } catch (IllegalArgumentException e) {
      throw new KeyException("not an address", text + " (" + e.getMessage() + ")", REMEDY, e);
    }
    if (symbols.length == 0 || symbols[0] != VERSION) {
      throw new KeyException("not an address of version 0", text, "use a newer Twine", null);
    }
    var address = new AccountAddress(
        Arrays.copyOf(Bech32m.bytes(Arrays.copyOfRange(symbols, 1, symbols.length)), HASH));
    if (!address.text.equals(text)) {
      throw new KeyException("not an address", text, "it has a wrong length; " + REMEDY, null);
    }
    return address;
  }

  /** Whether it is the address of that key. */
  public boolean belongsTo(NodePublicKey key) {
    return equals(of(key));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AccountAddress that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
