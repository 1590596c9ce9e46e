package dev.twine.node.bench;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A running {@link BroadcastBaseline}.
 *
 * <p>It drops nothing, so that every figure counts real deliveries: {@link #broadcast} waits while
 * the slowest receiver has {@link #WINDOW} units ahead of it. A receiver that disconnects leaves;
 * what receivers send is read and ignored.
 */
public interface BroadcastServer extends AutoCloseable {
  /**
   * Units in flight, one for all subjects: broadcasts handed over that the server has not yet written
   * to every receiver, as far as its library tells. Large enough that one which writes in batches
   * can fill them; with 64 the window was measured and not the server.
   */
  int WINDOW = 1024;

  /** Bytes of a unit: with them the window is 4 MiB at most, whatever the size of the messages. */
  int UNIT_BYTES = 4 << 10;

  /** Units that a message of that length takes of the window, at least one. */
  static int units(int payloadBytes) {
    return Math.min(WINDOW, 1 + Math.max(0, payloadBytes - 1) / UNIT_BYTES);
  }

  /** Where receivers connect. */
  InetSocketAddress address();

  /** The libp2p ID of who listens there; empty unless it is {@code LIBP2P_STREAM}. */
  default Optional<String> nodeId() {
    return Optional.empty();
  }

  /** Receivers whose handshake is complete and which the next broadcast reaches. */
  int receivers();

  /**
   * Sends to every receiver. For one thread at a time, never an event loop.
   *
   * @param payload at least 8 bytes; the caller must not change it afterwards
   * @throws InterruptedException if interrupted while the window is full; the message may then have
   *     reached some receivers and not others
   */
  void broadcast(byte[] payload) throws InterruptedException;

  /** Closes every connection and the listener. Safe to call twice. */
  @Override
  void close();
}
