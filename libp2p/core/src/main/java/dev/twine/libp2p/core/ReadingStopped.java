package dev.twine.libp2p.core;

/**
 * Fired through a stream's pipeline when its owner stops reading. Of interest to a handler that reads
 * on its own account, as a negotiation in front of a protocol that does not want to read yet.
 */
public enum ReadingStopped {
  /** {@code autoRead} was switched off, which takes back what was asked for: ask again. */
  FOR_NOW,
  /** The input was shut down: nothing will come any more. */
  FOR_GOOD
}
