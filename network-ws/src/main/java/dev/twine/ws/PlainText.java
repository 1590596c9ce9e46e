package dev.twine.ws;

/** Text of a peer, made fit for logs and terminals. */
final class PlainText {
  private PlainText() {}

  /** At most that many characters, each printable ASCII or a question mark. */
  static String of(String text, int max) {
    var plain = new StringBuilder(Math.min(text.length(), max));
    for (int i = 0; i < Math.min(text.length(), max); i++) {
      char character = text.charAt(i);
      plain.append(character >= ' ' && character < 0x7f ? character : '?');
    }
    return plain.toString();
  }
}
