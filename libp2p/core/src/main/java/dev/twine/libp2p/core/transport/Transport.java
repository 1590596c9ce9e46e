package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.Multiaddr;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;

/**
 * Makes raw connections that carry bytes in order. Knows nothing of security and streams.
 *
 * <p>One instance may serve several hosts; any thread may call.
 */
public interface Transport {
  /** Whether the address, without a peer ID, is one that this transport can dial and listen on. */
  boolean handles(Multiaddr address);

  /**
   * Dials. {@link Intake#connected} is called on the loop of the request before the future
   * completes. Cancelling the future, or its deadline, closes the channel.
   *
   * @return fails with a {@link dev.twine.libp2p.core.Libp2pException}
   */
  Future<Channel> dial(DialRequest request, Intake intake);

  /**
   * Listens; what is accepted runs on any of the loops.
   *
   * @return fails with a {@link dev.twine.libp2p.core.Libp2pException} that names the address
   */
  Future<Listener> listen(Multiaddr address, Intake intake);
}
