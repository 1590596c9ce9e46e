package dev.twine.gossip;

/** Text of a peer, made fit for logs, terminals and pages. */
public final class PeerText {
  /** Of the peer's characters; what is cut off is shown as an ellipsis of three dots. */
  public static final int MAX_CHARS = 128;

  private PeerText() {}

  /**
   * The text with everything but printable ASCII, and the backslash, as &#92;uXXXX, and cut at 128
   * characters.
   */
  public static String escape(String text) {
    int shown = Math.min(text.length(), MAX_CHARS);
    var out = new StringBuilder(shown + 3);
    for (int i = 0; i < shown; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7f && c != '\\') {
        out.append(c);
      } else {
        out.append("\\u").append(HEX.toHexDigits(c));
      }
    }
    return shown == text.length() ? out.toString() : out.append("...").toString();
  }

  private static final java.util.HexFormat HEX = java.util.HexFormat.of();
}
