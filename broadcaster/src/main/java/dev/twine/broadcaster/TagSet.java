package dev.twine.broadcaster;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tags that a peer wants. Peers with equal sets share what is concatenated for them.
 *
 * <p>Immutable; compared by content.
 */
public final class TagSet {
  private static final TagSet ALL = new TagSet(null);

  /** Sorted and distinct; null stands for every tag. */
  private final int @Nullable [] codes;

  private TagSet(int @Nullable [] codes) {
    this.codes = codes;
  }

  /** Every tag there is. */
  public static TagSet all() {
    return ALL;
  }

  /** Those tags and no other, in any order; none for a peer that wants nothing. */
  public static TagSet of(int... tags) {
    return new TagSet(Arrays.stream(tags).sorted().distinct().toArray());
  }

  /** Whether a message with that tag should go to the peer. */
  public boolean wants(int tag) {
    return codes == null || Arrays.binarySearch(codes, tag) >= 0;
  }

  /** Whether no tag is left out. */
  public boolean isAll() {
    return codes == null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TagSet that && Arrays.equals(codes, that.codes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(codes);
  }

  @Override
  public String toString() {
    return codes == null ? "all tags" : "tags " + Arrays.toString(codes);
  }
}
