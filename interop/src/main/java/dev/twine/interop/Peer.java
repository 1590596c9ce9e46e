package dev.twine.interop;

import java.time.Duration;
import java.util.List;

/**
 * A libp2p host that is driven from outside: ours, or a process on another library. It listens on
 * loopback and serves the protocols that the README of this module names. Any thread; every method
 * blocks until it is done or its deadline has passed, and fails with a {@link PeerFailure} that has
 * the reason.
 */
public interface Peer extends AutoCloseable {
  /** The peer ID, in base58. */
  String id();

  /** The library and its version. */
  String library();

  /** Listens on loopback and returns the address with the ID; later calls return the same. */
  String listen();

  /** Connects and returns how long that took, up to the multiplexer. */
  Duration dial(String address);

  /** Waits for a connection from or to the peer. */
  Link connection(String peer);

  /** Pings that many times, one after the other, and returns the round trips. */
  List<Duration> ping(String peer, int count);

  /** What identify has told about the peer, waiting for it. */
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

  /**
   * Sends {@code upload} bytes, then receives {@code download}, on one stream of {@code
   * /perf/1.0.0}, checks the amounts and returns the time from the request for the stream to its
   * end.
   */
  Duration perf(String peer, long upload, long download);

  /** Closes all connections to the peer. */
  void disconnect(String peer);

  /** Waits until there is no connection to the peer. */
  void awaitClosed(String peer);

  /** Ends the host. */
  @Override
  void close();

  /**
   * A connection as one end sees it.
   *
   * @param security the protocol's ID
   * @param muxer likewise
   * @param inbound whether the other end dialled
   * @param early whether the multiplexer was agreed upon in the handshake, where the library tells
   */
  record Link(String security, String muxer, boolean inbound, boolean early) {}

  /**
   * What identify brought.
   *
   * @param agent name and version of the other end
   * @param protocols what it serves
   * @param addresses where it listens
   * @param observed this end's address as the other one sees it
   * @param signedRecord whether there was a record that this end accepts
   */
  record Identity(
      String agent,
      List<String> protocols,
      List<String> addresses,
      String observed,
      boolean signedRecord) {}
}
