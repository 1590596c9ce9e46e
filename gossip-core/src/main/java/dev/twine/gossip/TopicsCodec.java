package dev.twine.gossip;

import dev.twine.network.Topics.Topic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Named values on the wire: a count, then for each its key and its value behind their lengths, all
 * numbers unsigned LEB128.
 */
final class TopicsCodec {
  static final int MAX_TOPICS = 32;
  static final int MAX_KEY_BYTES = 64;

  private TopicsCodec() {}

  /**
   * Writes topics.
   *
   * @throws IllegalArgumentException if there are more than 32
   */
  static byte[] encode(List<Topic> topics) {
    if (topics.size() > MAX_TOPICS) {
      throw new IllegalArgumentException("at most " + MAX_TOPICS + " topics, not " + topics.size());
    }
    ByteBuf out = Unpooled.buffer();
    Uvarint.write(topics.size(), out);
    for (Topic topic : topics) {
      byte[] key = topic.key().getBytes(StandardCharsets.UTF_8);
      Uvarint.write(key.length, out);
      out.writeBytes(key);
      Uvarint.write(topic.value().length, out);
      out.writeBytes(topic.value());
    }
    byte[] encoded = new byte[out.readableBytes()];
    out.readBytes(encoded);
    return encoded;
  }

  /**
   * Reads topics, which fill the body to its end. What is allocated is bounded by the body's length.
   *
   * @throws BadMessageException if the body is cut short, too long, or names more or longer keys than
   *     the protocol allows
   */
  static List<Topic> decode(byte[] body) {
    ByteBuf in = Unpooled.wrappedBuffer(body);
    long count = Uvarint.read(in);
    if (count < 0 || count > MAX_TOPICS) {
      throw new BadMessageException("more than " + MAX_TOPICS + " topics");
    }
    var topics = new ArrayList<Topic>((int) count);
    for (int i = 0; i < count; i++) {
      byte[] key = bytes(in, 1, MAX_KEY_BYTES, "topic key");
      byte[] value = bytes(in, 0, in.readableBytes(), "topic value");
      topics.add(new Topic(text(key), value));
    }
    if (in.isReadable()) {
      throw new BadMessageException("bytes after the last topic");
    }
    return topics;
  }

  private static byte[] bytes(ByteBuf in, int min, int max, String what) {
    long length = Uvarint.read(in);
    if (length < min || length > max || length > in.readableBytes()) {
      throw new BadMessageException(what + " of a length that is not allowed or not there");
    }
    byte[] bytes = new byte[(int) length];
    in.readBytes(bytes);
    return bytes;
  }

  private static String text(byte[] key) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException e) {
      throw new BadMessageException("topic key that is not UTF-8", e);
    }
  }
}
