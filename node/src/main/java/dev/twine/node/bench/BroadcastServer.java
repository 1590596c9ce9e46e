package dev.twine.node.bench;

import java.net.InetSocketAddress;

/**
 * A running {@link BroadcastBaseline}.
 *
 * <p>It drops nothing, so that every figure counts real deliveries: {@link #broadcast} waits while
 * the slowest receiver has {@link #WINDOW} messages ahead of it. A receiver that disconnects leaves;
 * what receivers send is read and ignored.
 */
public interface BroadcastServer extends AutoCloseable {
  /**
   * Broadcasts in flight: those handed over that the server has not yet written to every receiver, as
   * far as its library tells. Small enough that memory stays bounded, large enough that no server
   * idles for want of work.
   */
  int WINDOW = 64;

  /** Where receivers connect. */
  InetSocketAddress address();

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
