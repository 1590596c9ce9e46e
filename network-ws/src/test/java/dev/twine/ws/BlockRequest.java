package dev.twine.ws;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A request for block 5, nonce 1, as go-algorand sends it, and how it answers requests. */
final class BlockRequest {
  /** The message. */
  static final String HEX = "5545"
      + "0308726f756e644b65790a05000000000000000000"
      + "0f7265717565737444617461547970650c626c6f636b416e6443657274"
      + "056e6f6e63650a01000000000000000000";

  /** The name that its answer has to carry. */
  static final String HASH = "bef7fda0bc89b0d38c01";

  private BlockRequest() {}

  /** A TS message, made as go-algorand makes it. */
  static byte[] answer(byte[] request, String key, String value) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-512/256").digest(request);
    var out = new ByteArrayOutputStream();
    out.writeBytes("TS".getBytes(StandardCharsets.US_ASCII));
    out.write(2);
    topic(out, key, value.getBytes(StandardCharsets.US_ASCII));
    topic(out, "RequestHash", hash(digest));
    return out.toByteArray();
  }

  private static void topic(ByteArrayOutputStream out, String key, byte[] value) {
    out.write(key.length());
    out.writeBytes(key.getBytes(StandardCharsets.US_ASCII));
    out.write(value.length);
    out.writeBytes(value);
  }

  /** The first eight bytes as a little-endian number, in a variable-length form of ten bytes. */
  static byte[] hash(byte[] digest) {
    long rest = 0;
    for (int i = 7; i >= 0; i--) {
      rest = (rest << 8) | (digest[i] & 0xff);
    }
    byte[] form = new byte[10];
    int i = 0;
    for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
      form[i++] = (byte) ((rest & 0x7f) | 0x80);
    }
    form[i] = (byte) rest;
    return form;
  }
}
