package dev.twine.node.web;

/** What answers requests in the HTTP benchmark. Any thread. */
interface Site extends AutoCloseable {
  /** Where it listens, as the client of its stack dials it. */
  String address();

  /** Bytes of uploads that it has read and found right. */
  long received();

  @Override
  void close();
}
