package dev.twine.libp2p.core;

import io.netty.channel.Channel;
import java.io.IOException;

/**
 * Where a transport hands connections over, on their event loop. Exactly one of {@link #connected}
 * and {@link #secured} is called for each; from then on the channel is the host's, which closes it if
 * it wants none. Neither throws.
 */
public interface Intake {
  /**
   * Something was accepted, and nothing of it has been read. Not called for dials. If the answer is
   * yes, the time for the handshake runs.
   *
   * @param remote where it comes from; limits count by the IP that it begins with
   * @return false to close it at once
   */
  default boolean accepting(Channel channel, Multiaddr remote) {
    return true;
  }

  /**
   * Nothing could be accepted, on the listener's loop: most likely the process has no descriptor
   * left. The listener goes on accepting unless its {@code autoRead} is switched off.
   */
  default void acceptFailed(Channel listener, IOException cause) {}

  /**
   * Bytes can flow. Handlers are added to the end of the pipeline before this returns, for reading
   * starts then.
   */
  void connected(Channel channel, Endpoints endpoints);

  /**
   * The peer is proven and streams can flow. The channel stands for the connection: its close is the
   * connection's, and so is the first {@link Libp2pException} that is fired through its pipeline.
   */
  void secured(Channel channel, Endpoints endpoints, ReadyConnection ready);
}
