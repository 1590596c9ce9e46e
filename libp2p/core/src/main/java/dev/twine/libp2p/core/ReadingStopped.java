package dev.twine.libp2p.core;

/**
 * Fired through a stream's pipeline when its {@code autoRead} is switched off, which takes back what
 * was asked for. A handler that reads on its own account, as a negotiation in front of a protocol
 * that does not want to read yet, asks again.
 */
public enum ReadingStopped {
  INSTANCE
}
