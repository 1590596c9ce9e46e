package dev.twine.network;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The named values of a request or an answer, in order.
 *
 * @param entries at most 30, so that nonce and hash still fit into the 32 of the wire form
 */
public record Topics(List<Topic> entries) {
  /** Two less than the wire allows: requests add a nonce, answers a hash. */
  public static final int MAX_ENTRIES = 30;

  private static final int MAX_KEY_BYTES = 64;

  /**
   * One named value.
   *
   * @param key 1 to 64 bytes of UTF-8
   * @param value shared, so nobody writes to it
   */
  public record Topic(String key, byte[] value) {
    public Topic {
      int length = key.getBytes(StandardCharsets.UTF_8).length;
      if (length < 1 || length > MAX_KEY_BYTES) {
        throw new IllegalArgumentException("a topic key has 1 to 64 bytes, not " + length);
      }
    }
  }

  public Topics {
    if (entries.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "at most " + MAX_ENTRIES + " topics, not " + entries.size());
    }
    entries = List.copyOf(entries);
  }

  public static Topics empty() {
    return new Topics(List.of());
  }

  public static Topics of(String key, byte[] value) {
    return new Topics(List.of(new Topic(key, value)));
  }

  public static Topics of(String key, String value) {
    return of(key, value.getBytes(StandardCharsets.UTF_8));
  }

  /** These topics and one more. */
  public Topics with(String key, byte[] value) {
    var more = new ArrayList<>(entries);
    more.add(new Topic(key, value));
    return new Topics(more);
  }

  /** The first value of that key. */
  public Optional<byte[]> get(String key) {
    return entries.stream()
        .filter(topic -> topic.key().equals(key))
        .map(Topic::value)
        .findFirst();
  }

  /** The first value of that key as text. */
  public Optional<String> text(String key) {
    return get(key).map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /** Equal if keys and values are, byte by byte. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Topics that && sameEntries(that.entries);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (Topic topic : entries) {
      hash = 31 * (31 * hash + topic.key.hashCode()) + Arrays.hashCode(topic.value);
    }
    return hash;
  }

  private boolean sameEntries(List<Topic> others) {
    if (entries.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < entries.size(); i++) {
      if (!entries.get(i).key.equals(others.get(i).key)
          || !Arrays.equals(entries.get(i).value, others.get(i).value)) {
        return false;
      }
    }
    return true;
  }
}
