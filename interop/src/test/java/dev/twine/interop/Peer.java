package dev.twine.interop;

import java.util.List;

/**
 * A libp2p host under test: ours, or a process on another library. Every method blocks until it is
 * done or its deadline has passed, and fails with a {@link PeerFailure} that has the reason.
 */
interface Peer extends AutoCloseable {
  String id();

  /** The library and its version. */
  String library();

  /** Listens on loopback and returns the address with the ID; later calls return the same. */
  String listen();

  Link dial(String address);

  /** Waits for a connection from or to the peer. */
  Link connection(String peer);

  /** Pings that many times and returns how many answers came. */
  int ping(String peer, int count);

  Identity identify(String peer);

  /** Serves echo under another name from now on. */
  void handle(String protocol);

  /** Waits until the peer has announced that protocol. */
  void awaitProtocol(String peer, String protocol);

  /** Opens a stream, waits for the peer's agreement, and closes the stream. */
  void open(String peer, String protocol);

  /** Holds {@code count} streams open at once, sends {@code bytes} through each and compares. */
  void echo(String peer, int count, long bytes);

  /** Starts to write to a stream that the peer does not read. */
  long stall(String peer, long bytes);

  /** How much the stalled stream has taken. */
  long stalled(long handle);

  /** Lets this host's stalled readers read. */
  void release();

  /** Waits until everything was read and the reader's count and digest are right. */
  long finish(long handle);

  /** Fails unless the peer resets a stream; returns how this side saw it. */
  String reset(String peer);

  /** Measures nothing, but checks that the amounts are right. */
  void perf(String peer, long upload, long download);

  /** Closes all connections to the peer. */
  void disconnect(String peer);

  void awaitClosed(String peer);

  @Override
  void close();

  /**
   * A connection as one end sees it.
   *
   * @param early whether the multiplexer was agreed upon in the handshake, where the library tells
   */
  record Link(String security, String muxer, boolean inbound, boolean early) {}

  /** What identify brought. */
  record Identity(
      String agent,
      List<String> protocols,
      List<String> addresses,
      String observed,
      boolean signedRecord) {}
}
