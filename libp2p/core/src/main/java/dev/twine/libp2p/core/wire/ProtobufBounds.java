package dev.twine.libp2p.core.wire;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Varint;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a protobuf message may hold, checked by one pass over its bytes before a generated parser
 * makes objects of them.
 *
 * <p>Three bytes of a hostile message can become an object of sixty; this pass makes none. It bounds
 * the number of fields, known and unknown, the number and size of each known one, and nesting: only
 * fields declared as messages are looked into, so the depth is that of the declaration. Groups, wire
 * types that do not exist and the field number 0 are refused.
 *
 * <p>Immutable; each {@code with} gives a new one. Any thread.
 */
public final class ProtobufBounds {
  private static final int WIRE_TYPE_BITS = 3;
  private static final int MAX_FIELD_NUMBER = (1 << 29) - 1;

  /** Ten bytes: protobuf writes a negative number as 64 bits, in which the tenth has one. */
  private static final int MAX_VARINT = 10;

  private record Field(int most, int maxBytes, @Nullable ProtobufBounds message) {}

  private final String name;
  private final int maxBytes;
  private final int maxFields;
  private final Map<Integer, Field> fields;

  private ProtobufBounds(String name, int maxBytes, int maxFields, Map<Integer, Field> fields) {
    this.name = name;
    this.maxBytes = maxBytes;
    this.maxFields = maxFields;
    this.fields = fields;
  }

  /**
   * Bounds of a message of which no field is known yet.
   *
   * @param name for errors, such as {@code identify}
   * @param maxBytes of the whole message
   * @param maxFields occurrences of fields, unknown ones included, without those of nested messages
   */
  public static ProtobufBounds of(String name, int maxBytes, int maxFields) {
    return new ProtobufBounds(name, maxBytes, maxFields, Map.of());
  }

  /** Bounds a field: at most that often, its value of at most that many bytes. */
  public ProtobufBounds with(int number, int most, int bytes) {
    return with(number, new Field(most, bytes, null));
  }

  /** Bounds a field that is a message of its own. */
  public ProtobufBounds with(int number, int most, ProtobufBounds message) {
    return with(number, new Field(most, message.maxBytes, message));
  }

  /**
   * Walks over the readable bytes without consuming them.
   *
   * @throws Libp2pException with {@link FailureReason#PROTOCOL_ERROR}, naming the bound
   */
  public void check(ByteBuf message) {
    if (message.readableBytes() > maxBytes) {
      throw refused("bytes", message.readableBytes(), maxBytes);
    }
    ByteBuf in = message.duplicate();
    Map<Integer, Integer> seen = new HashMap<>();
    int count = 0;
    while (in.isReadable()) {
      if (++count > maxFields) {
        throw refused("fields", count, maxFields);
      }
      long key = varint(in);
      long number = key >>> WIRE_TYPE_BITS;
      if (number < 1 || number > MAX_FIELD_NUMBER) {
        throw malformed("field number " + number);
      }
      int size = valueSize(in, (int) key & ((1 << WIRE_TYPE_BITS) - 1));
      Field field = fields.get((int) number);
      if (field != null) {
        int times = seen.merge((int) number, 1, Integer::sum);
        checkField((int) number, field, times, in.slice(in.readerIndex(), size));
      }
      in.skipBytes(size);
    }
  }

  private ProtobufBounds with(int number, Field field) {
    Map<Integer, Field> more = new HashMap<>(fields);
    more.put(number, field);
    return new ProtobufBounds(name, maxBytes, maxFields, Map.copyOf(more));
  }

  private void checkField(int number, Field field, int times, ByteBuf value) {
    if (times > field.most) {
      throw refused("occurrences of field " + number, times, field.most);
    }
    if (value.readableBytes() > field.maxBytes) {
      throw refused("bytes of field " + number, value.readableBytes(), field.maxBytes);
    }
    if (field.message != null) {
      field.message.check(value);
    }
  }

  /** How many bytes the value has; a length in front of it is consumed. */
  private int valueSize(ByteBuf in, int wireType) {
    long size = switch (wireType) {
      case 0 -> varintSize(in);
      case 1 -> Long.BYTES;
      case 2 -> varint(in);
      case 5 -> Integer.BYTES;
      default -> throw malformed("wire type " + wireType);
    };
    if (size > in.readableBytes()) {
      throw malformed("it ends within a field");
    }
    return (int) size;
  }

  private int varintSize(ByteBuf in) {
    int available = Math.min(in.readableBytes(), MAX_VARINT);
    for (int i = 0; i < available; i++) {
      if (in.getByte(in.readerIndex() + i) >= 0) {
        return i + 1;
      }
    }
    throw malformed("a number does not end");
  }

  private long varint(ByteBuf in) {
    long value = Varint.read(in);
    if (value == Varint.INCOMPLETE) {
      throw malformed("it ends within a field");
    }
    return value;
  }

  private Libp2pException refused(String what, int found, int limit) {
    return new Libp2pException(
        FailureReason.PROTOCOL_ERROR,
        name + " message too large",
        what + ": " + found,
        "at most " + limit + " are accepted");
  }

  private Libp2pException malformed(String why) {
    return new Libp2pException(
        FailureReason.PROTOCOL_ERROR, "malformed " + name + " message", why, "send valid protobuf");
  }
}
