package dev.twine.network;

/** What a {@link MessageValidator} says of a message. */
public enum Verdict {
  /** Handled here and, if its tag is relayed, passed on. */
  ACCEPT,
  /** Neither handled nor passed on; a later copy is judged again. */
  IGNORE,
  /** As IGNORE, and the session that brought it is closed. */
  REJECT
}
