package dev.twine.libp2p.core;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;

/**
 * A security protocol: proves both identities and encrypts a connection.
 *
 * <p>One instance serves all connections of all hosts and keeps no state of a connection.
 */
public interface SecureProtocol {
  /** The name in multistream-select, such as {@code /noise}. */
  String id();

  /**
   * Starts the handshake, on the channel's event loop.
   *
   * <p>The protocol adds its handlers directly behind the handler {@code after} and completes the
   * future on the loop. Bytes that follow the handshake in the same read come out decrypted in the
   * same loop turn, after the future's listeners ran, so a listener that adds the next handler
   * loses nothing. A failure is a {@link Libp2pException}; the caller closes the channel and keeps
   * the deadline. Once secured, a broken record is fired as a {@link Libp2pException} through the
   * pipeline before the protocol closes the channel.
   *
   * @param after the name of a handler of the pipeline
   */
  Future<SecuredPeer> secure(Channel channel, String after, SecureRequest request);
}
