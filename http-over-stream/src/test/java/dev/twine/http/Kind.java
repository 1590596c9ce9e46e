package dev.twine.http;

/** What the connections of a test are. */
enum Kind {
  /** Sockets. */
  TCP,
  /** Streams of one libp2p connection. */
  STREAM
}
