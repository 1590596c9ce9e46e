package dev.twine.node.text;

/** Text of strangers, made safe for logs and terminals. */
public final class Escape {
  /** Longer names and reasons are cut in logs, which a peer could fill otherwise. */
  private static final int MAX_LOG_CHARS = 128;

  private Escape() {}

  /** For logs: printable ASCII, everything else as an escape, at most 128 characters of it. */
  public static String log(String text) {
    return log(text, MAX_LOG_CHARS);
  }

  /** As {@link #log(String)}, at most that many characters. */
  public static String log(String text, int maxChars) {
    var safe = new StringBuilder();
    int end = Math.min(text.length(), maxChars);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      append(safe, c, c >= ' ' && c < 0x7f && c != '\\');
    }
    return end < text.length() ? safe.append("...").toString() : safe.toString();
  }

  /**
   * For a terminal: letters of every script stay, and so do tabs; what moves the cursor, starts an
   * escape sequence or reverses the direction of text is escaped.
   */
  public static String screen(String text) {
    var safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      append(safe, c, c == '\t' || !harmful(c));
    }
    return safe.toString();
  }

  private static boolean harmful(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.UNASSIGNED -> true;
      default -> false;
    };
  }

  private static void append(StringBuilder safe, char c, boolean plain) {
    if (plain) {
      safe.append(c);
    } else {
      safe.append(String.format("\\u%04x", (int) c));
    }
  }
}
