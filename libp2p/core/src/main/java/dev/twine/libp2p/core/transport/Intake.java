package dev.twine.libp2p.core.transport;

import io.netty.channel.Channel;

/** Takes raw connections, on their event loop. */
public interface Intake {
  /**
   * A socket was accepted and nothing has been read. Not called for dials.
   *
   * @return false to close it at once
   */
  default boolean accepting(Channel channel) {
    return true;
  }

  /**
   * Bytes can flow: add handlers to the end of the pipeline before returning, for reading starts
   * then.
   */
  void connected(Channel channel, Endpoints endpoints);
}
