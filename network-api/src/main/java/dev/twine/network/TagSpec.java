package dev.twine.network;

/**
 * What a node does with the messages of one tag.
 *
 * @param tag the tag
 * @param lane where its messages queue
 * @param maxBytes largest payload in bytes, without the tag; a peer that sends more is disconnected
 *     before the payload is buffered
 * @param kind who sends it and how it travels
 * @param duplicates which copies are stopped
 */
public record TagSpec(Tag tag, Lane lane, int maxBytes, Kind kind, Duplicates duplicates) {
  /** No message is larger, whatever its tag: 6 MiB, the ceiling of go-algorand's read loop. */
  public static final int MAX_BYTES = 6 << 20;

  /** What user-defined tags get that say nothing else. */
  public static final int DEFAULT_MAX_BYTES = 1 << 20;

  /** How the messages of a tag travel. */
  public enum Kind {
    /** Broadcast, and passed on by every node that relays. */
    RELAYED,
    /** For the neighbour only: a direct send, or a broadcast of one hop. */
    DIRECT,
    /** A question to one peer, answered under the tag {@code TS}. */
    REQUEST
  }

  /** What the duplicate filter does. */
  public enum Duplicates {
    /** An equal payload within the filter's time to live is handled once. */
    BY_CONTENT,
    /** The first 16 bytes after the envelope version are the name of the message. */
    BY_ENVELOPE_ID,
    /** Every copy is handled. */
    KEPT
  }

  public TagSpec {
    if (maxBytes < 1 || maxBytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the size limit of tag " + tag + " is 1 to " + MAX_BYTES + " bytes, not " + maxBytes);
    }
  }

  /** A relayed bulk tag of at most 1 MiB, deduplicated by content. */
  public static TagSpec of(String tag) {
    return new TagSpec(
        Tag.of(tag), Lane.BULK, DEFAULT_MAX_BYTES, Kind.RELAYED, Duplicates.BY_CONTENT);
  }

  public TagSpec withLane(Lane lane) {
    return new TagSpec(tag, lane, maxBytes, kind, duplicates);
  }

  public TagSpec withMaxBytes(int maxBytes) {
    return new TagSpec(tag, lane, maxBytes, kind, duplicates);
  }

  public TagSpec withKind(Kind kind) {
    return new TagSpec(tag, lane, maxBytes, kind, duplicates);
  }

  public TagSpec withDuplicates(Duplicates duplicates) {
    return new TagSpec(tag, lane, maxBytes, kind, duplicates);
  }
}
