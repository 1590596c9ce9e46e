package dev.twine.gossip;

import dev.twine.network.Topics.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The body of {@code MI}: the complete set of tags that its sender wants from now on.
 *
 * <p>One topic {@code tags}, whose value is the tags joined by commas. An unmodified go-algorand peer
 * disconnects whoever names a tag that it does not know, so private tags go to twine1 peers only.
 */
final class MessagesOfInterest {
  /** The longest list, by the protocol. */
  static final int MAX_VALUE_BYTES = 1024;

  private static final String KEY = "tags";
  private static final int COUNT_AND_KEY_BYTES = 1 + 1 + KEY.length();
  private static final int MAX_LENGTH_BYTES = 2;

  /** Body with the longest list. */
  static final int MAX_BYTES = COUNT_AND_KEY_BYTES + MAX_LENGTH_BYTES + MAX_VALUE_BYTES;

  /** Old ping and pong: named by old peers, and nothing else is ever done with them. */
  private static final int PING = ('p' << 8) | 'i';

  private static final int PONG = ('p' << 8) | 'j';

  private MessagesOfInterest() {}

  static boolean isRetired(int tagCode) {
    return tagCode == PING || tagCode == PONG;
  }

  /**
   * Writes the body that asks for these tags.
   *
   * @param twine whether the receiver has the feature token twine1; if not, private tags are left out
   */
  static byte[] encode(int[] tagCodes, TagTable table, boolean twine) {
    String value = IntStream.of(tagCodes)
        .filter(code -> twine || !table.isPrivate(code))
        .mapToObj(code -> "" + (char) (code >>> 8) + (char) (code & 0xff))
        .collect(Collectors.joining(","));
    return TopicsCodec.encode(List.of(new Topic(KEY, value.getBytes(StandardCharsets.US_ASCII))));
  }

  /**
   * Reads the body of a peer.
   *
   * @param twine whether the sender has the feature token twine1. Only then private tags may be named;
   *     tags that only the sender knows are skipped, as we never send them.
   * @return tag codes in ascending order, each once
   * @throws BadMessageException if the peer is to be disconnected
   */
  static int[] decode(byte[] body, TagTable table, boolean twine) {
    List<Topic> topics = TopicsCodec.decode(body);
    if (topics.size() != 1 || !topics.get(0).key().equals(KEY)) {
      throw new BadMessageException("MI without its one topic, tags");
    }
    byte[] value = topics.get(0).value();
    if (value.length > MAX_VALUE_BYTES) {
      throw new BadMessageException("MI list of " + value.length + " bytes");
    }
    return value.length == 0 ? new int[0] : tags(value, table, twine);
  }

  private static int[] tags(byte[] value, TagTable table, boolean twine) {
    // Two characters and a comma each, but for the last.
    if (value.length % 3 != 2) {
      throw new BadMessageException("MI tag that has not two characters");
    }
    int[] codes = new int[(value.length + 1) / 3];
    int count = 0;
    for (int at = 0; at < value.length; at += 3) {
      if (value[at] == ','
          || value[at + 1] == ','
          || (at + 2 < value.length && value[at + 2] != ',')) {
        throw new BadMessageException("MI tag that has not two characters");
      }
      int code = ((value[at] & 0xff) << 8) | (value[at + 1] & 0xff);
      if (isWanted(code, table, twine)) {
        codes[count++] = code;
      }
    }
    return Arrays.stream(codes, 0, count).sorted().distinct().toArray();
  }

  private static boolean isWanted(int code, TagTable table, boolean twine) {
    if (isRetired(code)) {
      return false;
    }
    if (!twine && (!table.knows(code) || table.isPrivate(code))) {
      throw new BadMessageException("MI names a tag that is not of the protocol");
    }
    return table.knows(code);
  }
}
