package dev.twine.libp2p.core.wire;

/** Makes text of a peer fit for a log line, a terminal and an error message. */
public final class PeerText {
  private static final String MORE = "...";

  private PeerText() {}

  /**
   * One line of visible characters: control, formatting and unassigned characters, separators other
   * than the blank, and halves of pairs are written as {@code \}{@code u} and four digits; what is
   * longer than {@code most} characters is cut and ends in three dots.
   *
   * @param most characters of the result, at least 16
   */
  public static String escape(String text, int most) {
    var safe = new StringBuilder(Math.min(text.length(), most));
    int at = 0;
    int cut = 0;
    while (at < text.length()) {
      cut = safe.length() <= most - MORE.length() ? safe.length() : cut;
      int point = text.codePointAt(at);
      safe.append(isVisible(point) ? Character.toString(point) : hex(point));
      if (safe.length() > most) {
        safe.setLength(cut);
        return safe.append(MORE).toString();
      }
      at += Character.charCount(point);
    }
    return safe.toString();
  }

  private static boolean isVisible(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR -> false;
      case Character.SPACE_SEPARATOR -> point == ' ';
      default -> true;
    };
  }

  private static String hex(int point) {
    return point <= 0xffff ? String.format("\\u%04x", point) : String.format("\\U%08x", point);
  }
}
