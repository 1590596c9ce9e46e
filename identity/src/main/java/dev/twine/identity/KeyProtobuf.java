package dev.twine.identity;

import java.util.Arrays;

/**
 * The libp2p encoding of a public key: two protobuf fields, both always present, in this order, with
 * minimal varints.
 *
 * <p>Node IDs are hashes of these bytes, so there is exactly one encoding of a key and every other
 * one is refused.
 *
 * @param type field 1
 * @param data field 2
 */
record KeyProtobuf(KeyType type, byte[] data) {
  /** An RSA key of 4096 bits takes 555; no other type comes near. */
  static final int MAX_BYTES = 600;

  private static final int TYPE_FIELD = 1 << 3;
  private static final int DATA_FIELD = 2 << 3 | 2;
  private static final int ONE_BYTE_VARINT = 0x80;

  /**
   * Reads an encoded key; whether the data are a key is not its concern.
   *
   * @throws IllegalArgumentException naming the first byte that differs from the one encoding
   */
  static KeyProtobuf parse(byte[] bytes) {
    if (bytes.length < 4 || bytes.length > MAX_BYTES) {
      throw malformed("4 to " + MAX_BYTES + " bytes are expected, not " + bytes.length);
    }
    if (bytes[0] != TYPE_FIELD || bytes[1] < 0) {
      throw malformed("the key type comes first, as one byte");
    }
    if (bytes[2] != DATA_FIELD) {
      throw malformed("the key data come second");
    }
    int start = bytes[3] < 0 ? 5 : 4;
    int length = bytes[3] & 0x7f;
    if (start == 5) {
      if (bytes.length < start || bytes[4] <= 0) {
        throw malformed("the length is not a minimal varint of two bytes");
      }
      length |= bytes[4] << 7;
    }
    if (length != bytes.length - start) {
      throw malformed("it announces " + length + " bytes and has " + (bytes.length - start));
    }
    return new KeyProtobuf(KeyType.of(bytes[1]), Arrays.copyOfRange(bytes, start, bytes.length));
  }

  byte[] encode() {
    boolean isShort = data.length < ONE_BYTE_VARINT;
    byte[] bytes = new byte[(isShort ? 4 : 5) + data.length];
    bytes[0] = TYPE_FIELD;
    bytes[1] = (byte) type.code();
    bytes[2] = DATA_FIELD;
    bytes[3] = (byte) (isShort ? data.length : (data.length & 0x7f) | ONE_BYTE_VARINT);
    if (!isShort) {
      bytes[4] = (byte) (data.length >>> 7);
    }
    System.arraycopy(data, 0, bytes, bytes.length - data.length, data.length);
    return bytes;
  }

  private static IllegalArgumentException malformed(String why) {
    return new IllegalArgumentException("not an encoded public key: " + why);
  }
}
