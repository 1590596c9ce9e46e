package dev.twine.p2p;

import dev.twine.gossip.BadMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * What the two ends of a gossip stream first write: two bytes of length and a msgpack map of header
 * names to lists of values, in the order of the names.
 */
final class MetainfoCodec {
  static final int MAX_KEYS = 64;
  static final int MAX_VALUES = 16;

  private static final int LENGTH = Short.BYTES;
  private static final byte LEGACY = '1';

  private MetainfoCodec() {}

  static ByteBuf legacy(ByteBufAllocator allocator) {
    return allocator.buffer(1).writeByte(LEGACY);
  }

  /** The one byte of the first version, whose value means nothing. */
  static @Nullable Metainfo readLegacy(ByteBuf in) {
    in.skipBytes(1);
    return Metainfo.LEGACY;
  }

  static ByteBuf write(Metainfo metainfo, ByteBufAllocator allocator) {
    byte[] body = encode(metainfo.headers());
    return allocator.buffer(LENGTH + body.length).writeShort(body.length).writeBytes(body);
  }

  /**
   * Takes the message off the buffer, or nothing and returns null while it is not all there.
   *
   * @throws BadMessageException if it is malformed
   */
  static @Nullable Metainfo read(ByteBuf in) {
    if (in.readableBytes() < LENGTH) {
      return null;
    }
    int length = in.getUnsignedShort(in.readerIndex());
    if (in.readableBytes() < LENGTH + length) {
      return null;
    }
    byte[] body = ByteBufUtil.getBytes(in, in.readerIndex() + LENGTH, length);
    in.skipBytes(LENGTH + length);
    return Metainfo.read(decode(body));
  }

  static byte[] encode(SortedMap<String, List<String>> headers) {
    try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
      out.packMapHeader(headers.size());
      for (var header : headers.entrySet()) {
        out.packString(header.getKey()).packArrayHeader(header.getValue().size());
        for (String value : header.getValue()) {
          out.packString(value);
        }
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError("packing to memory does no input or output", e);
    }
  }

  /** @throws BadMessageException if it is not such a map, or has more behind it */
  static Map<String, List<String>> decode(byte[] bytes) {
    try (MessageUnpacker in = MessagePack.newDefaultUnpacker(bytes)) {
      int keys = in.unpackMapHeader();
      expect(keys <= MAX_KEYS, "more than " + MAX_KEYS + " names");
      var headers = new TreeMap<String, List<String>>();
      for (int i = 0; i < keys; i++) {
        String name = string(in, bytes.length);
        int count = in.unpackArrayHeader();
        expect(count <= MAX_VALUES, "more than " + MAX_VALUES + " values of a name");
        var values = new ArrayList<String>(count);
        for (int j = 0; j < count; j++) {
          values.add(string(in, bytes.length));
        }
        headers.put(name, values);
      }
      expect(!in.hasNext(), "bytes behind the map");
      return headers;
    } catch (IOException | MessagePackException e) {
      throw new BadMessageException("not msgpack of that form", e);
    }
  }

  /** Never allocates more than there is. */
  private static String string(MessageUnpacker in, int available) throws IOException {
    int length = in.unpackRawStringHeader();
    expect(length <= available, "text that ends too soon");
    return new String(in.readPayload(length), StandardCharsets.UTF_8);
  }

  private static void expect(boolean allowed, String what) {
    if (!allowed) {
      throw new BadMessageException(what);
    }
  }
}
