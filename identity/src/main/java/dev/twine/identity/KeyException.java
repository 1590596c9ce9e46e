package dev.twine.identity;

import org.jspecify.annotations.Nullable;

/**
 * A key or key file that cannot be used: what was wrong, the value (often a path), and what to do.
 * Never holds key material. The message reads {@code WHAT: VALUE: WHAT TO DO}.
 */
public final class KeyException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String what;
  private final String value;
  private final String remedy;

  KeyException(String what, String value, String remedy, @Nullable Throwable cause) {
    super(what + ": " + value + ": " + remedy, cause);
    this.what = what;
    this.value = value;
    this.remedy = remedy;
  }

  public String what() {
    return what;
  }

  public String value() {
    return value;
  }

  public String remedy() {
    return remedy;
  }
}
