package dev.twine.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * A byte stream to a peer's HTTP services: a TCP connection or a libp2p stream.
 *
 * <p>One thread may read while another writes; any thread may close.
 */
public interface ServiceStream extends AutoCloseable {
  /** Bytes from the peer; at the end of its half it reports end of stream. */
  InputStream input();

  /** Bytes to the peer. A write waits while the peer does not read. */
  OutputStream output();

  /** A read that waits longer fails with a SocketTimeoutException. Zero waits for ever. */
  void readTimeout(Duration timeout) throws IOException;

  /** Ends our half; the peer reads end of stream and may go on sending. */
  void closeOutput() throws IOException;

  /** Ends both halves at once. What the peer still sends is refused with a reset. */
  @Override
  void close() throws IOException;

  /** The other end, for messages to people. */
  String remote();
}
