package dev.twine.libp2p.core.transport;

import io.netty.channel.Channel;
import java.io.IOException;

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
   * Nothing could be accepted, on the listener's loop: most likely the process has no descriptor
   * left. The listener goes on accepting unless its {@code autoRead} is switched off.
   */
  default void acceptFailed(Channel listener, IOException cause) {}

  /**
   * Bytes can flow: add handlers to the end of the pipeline before returning, for reading starts
   * then.
   */
  void connected(Channel channel, Endpoints endpoints);
}
