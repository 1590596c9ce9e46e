package dev.twine.gossip;

import dev.twine.identity.NodeKey;
import dev.twine.identity.NodePublicKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * One of the three messages of the {@link IdentityChallenge}: a msgpack map of few byte strings, in
 * an outer map beside its signature.
 *
 * <p>Only the canonical form is read: keys in order, empty and all-zero values left out, the shortest
 * lengths. It is what go-algorand writes, and what a signature covers in any case.
 */
final class IdentityMessage {
  /** The address that was dialled. */
  static final String ADDRESS = "a";
  /** The challenge of the dialler. */
  static final String CHALLENGE = "c";
  /** The raw Ed25519 key of the sender. */
  static final String KEY = "pk";
  /** The challenge of the listener. */
  static final String RESPONSE_CHALLENGE = "rc";

  /** Of challenges and keys alike. */
  static final int FIELD_BYTES = 32;

  /** As go-algorand's. */
  static final int MAX_ADDRESS_BYTES = 288;

  /** A challenge for the longest address has 600 or so. */
  private static final int MAX_HEADER_CHARS = 1_024;

  private static final int MAX_FIELDS = 3;
  private static final int SIGNATURE_BYTES = 64;
  private static final String SIGNATURE = "sig";

  /** Which message it is: its name in the outer map, and what is signed in front of it. */
  enum Step {
    CHALLENGE("ic", "NIC"),
    RESPONSE("icr", "NIR"),
    VERIFICATION("ivm", "NIV");

    private final String map;
    private final String signPrefix;

    Step(String map, String signPrefix) {
      this.map = map;
      this.signPrefix = signPrefix;
    }

    /** True if the message may hold a field of that name. */
    private boolean allows(String field) {
      return switch (this) {
        case CHALLENGE -> List.of(ADDRESS, IdentityMessage.CHALLENGE, KEY).contains(field);
        case RESPONSE ->
          List.of(IdentityMessage.CHALLENGE, KEY, RESPONSE_CHALLENGE).contains(field);
        case VERIFICATION -> field.equals(RESPONSE_CHALLENGE);
      };
    }
  }

  private final Step step;
  private final SortedMap<String, byte[]> fields;
  private final byte[] signature;

  private IdentityMessage(Step step, SortedMap<String, byte[]> fields, byte[] signature) {
    this.step = step;
    this.fields = fields;
    this.signature = signature;
  }

  static IdentityMessage sign(Step step, Map<String, byte[]> fields, NodeKey key) {
    var sorted = new TreeMap<>(fields);
    sorted.entrySet().removeIf(field -> isOmitted(field.getKey(), field.getValue()));
    return new IdentityMessage(step, sorted, key.sign(signedBytes(step, sorted)));
  }

  static IdentityMessage fromHeader(Step step, String header) {
    if (header.length() > MAX_HEADER_CHARS) {
      throw new BadMessageException("identity header of more than " + MAX_HEADER_CHARS + " bytes");
    }
    try {
      return decode(step, Base64.getDecoder().decode(header));
    } catch (IllegalArgumentException e) {
      throw new BadMessageException("identity header that is not base64", e);
    }
  }

  static IdentityMessage decode(Step step, byte[] bytes) {
    try (MessageUnpacker in = MessagePack.newDefaultUnpacker(bytes)) {
      expect(in.unpackMapHeader() == 2 && in.unpackString().equals(step.map));
      var fields = new TreeMap<String, byte[]>();
      for (int left = in.unpackMapHeader(); left > 0; left--) {
        expect(left <= MAX_FIELDS);
        String name = in.unpackString();
        expect(step.allows(name));
        fields.put(name, bytes(in, name.equals(ADDRESS) ? MAX_ADDRESS_BYTES : FIELD_BYTES));
      }
      expect(in.unpackString().equals(SIGNATURE));
      var message = new IdentityMessage(step, fields, bytes(in, SIGNATURE_BYTES));
      expect(message.signature.length == SIGNATURE_BYTES && Arrays.equals(message.encode(), bytes));
      return message;
    } catch (IOException | MessagePackException e) {
      throw new BadMessageException("identity message that is not msgpack", e);
    }
  }

  String toHeader() {
    return Base64.getEncoder().encodeToString(encode());
  }

  byte[] encode() {
    try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
      out.packMapHeader(2).packString(step.map);
      pack(fields, out);
      out.packString(SIGNATURE).packBinaryHeader(signature.length).writePayload(signature);
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError("packing to memory does no input or output", e);
    }
  }

  /** A challenge or key; one of zeros is left out on the wire. */
  byte[] field(String name) {
    byte[] value = fields.getOrDefault(name, new byte[FIELD_BYTES]);
    expect(value.length == FIELD_BYTES);
    return value;
  }

  String address() {
    return new String(fields.getOrDefault(ADDRESS, new byte[0]), StandardCharsets.UTF_8);
  }

  /**
   * The key that the message names.
   *
   * @throws BadMessageException if it is none, or did not sign the message
   */
  NodePublicKey signer() {
    try {
      NodePublicKey key = NodePublicKey.ofEd25519(field(KEY));
      verify(key);
      return key;
    } catch (IllegalArgumentException e) {
      throw new BadMessageException("identity message with a malformed key", e);
    }
  }

  void verify(NodePublicKey signer) {
    if (!signer.verify(signedBytes(step, fields), signature)) {
      throw new BadMessageException("identity message with a wrong signature");
    }
  }

  private static byte[] signedBytes(Step step, SortedMap<String, byte[]> fields) {
    try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
      out.writePayload(step.signPrefix.getBytes(StandardCharsets.US_ASCII));
      pack(fields, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError("packing to memory does no input or output", e);
    }
  }

  private static void pack(SortedMap<String, byte[]> fields, MessageBufferPacker out)
      throws IOException {
    out.packMapHeader(fields.size());
    for (var field : fields.entrySet()) {
      byte[] value = field.getValue();
      out.packString(field.getKey()).packBinaryHeader(value.length).writePayload(value);
    }
  }

  /** Never allocates more than the field may have. */
  private static byte[] bytes(MessageUnpacker in, int max) throws IOException {
    int length = in.unpackBinaryHeader();
    expect(length <= max);
    return in.readPayload(length);
  }

  private static boolean isOmitted(String name, byte[] value) {
    return name.equals(ADDRESS) ? value.length == 0 : Arrays.equals(value, new byte[FIELD_BYTES]);
  }

  private static void expect(boolean allowed) {
    if (!allowed) {
      throw new BadMessageException("identity message of another form");
    }
  }
}
