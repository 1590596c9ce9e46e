package dev.twine.network;

/**
 * Two printable ASCII characters in front of every message that say what it is.
 *
 * <p>A tag selects the handler, the lane, the size limit and whether a message travels on; {@link
 * TagSpec} holds those choices.
 *
 * @param code both bytes, the first one in bits 8 to 15
 */
public record Tag(int code) implements Comparable<Tag> {
  /** Bytes of a tag on the wire. */
  public static final int LENGTH = 2;

  public Tag {
    if (!isPrintable(code >>> 8) || !isPrintable(code & 0xff)) {
      throw new IllegalArgumentException(
          "a tag is two printable ASCII characters, not 0x" + Integer.toHexString(code));
    }
  }

  /**
   * The tag of that text.
   *
   * @throws IllegalArgumentException unless it has exactly two printable ASCII characters
   */
  public static Tag of(String text) {
    if (text.length() != LENGTH || !isPrintable(text.charAt(0)) || !isPrintable(text.charAt(1))) {
      throw new IllegalArgumentException(
          "a tag is two printable ASCII characters, not \"" + text + "\"");
    }
    return new Tag(text.charAt(0) << 8 | text.charAt(1));
  }

  @Override
  public int compareTo(Tag other) {
    return Integer.compare(code, other.code);
  }

  @Override
  public String toString() {
    return new String(new char[] {(char) (code >>> 8), (char) (code & 0xff)});
  }

  private static boolean isPrintable(int character) {
    return character > ' ' && character < 0x7f;
  }
}
