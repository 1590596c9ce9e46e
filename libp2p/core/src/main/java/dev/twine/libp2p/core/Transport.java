package dev.twine.libp2p.core;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;

/**
 * Makes connections over addresses of one kind. A host has a list of them and uses the first that
 * handles an address; it looks names up, ranks, limits, cancels and keeps the deadlines itself.
 *
 * <p>What a transport hands over is either bytes in order, which the host secures and multiplexes, or
 * a connection that is both already: see {@link Intake}. One instance may serve several hosts and
 * keeps no state of a connection; any thread may call.
 */
public interface Transport {
  /**
   * Whether this transport can dial the address, or listen on it. It has no peer ID, and begins with
   * an IP, a name that is still to be looked up, or whatever else the transport knows. Must be fast:
   * it is asked for every address of a peer.
   */
  boolean handles(Multiaddr address);

  /**
   * Dials. One method of the intake is called on the loop of the request before the future
   * completes. Cancelling the future closes the channel.
   *
   * @return fails with a {@link Libp2pException} that names the address
   */
  Future<Channel> dial(DialRequest request, Intake intake);

  /**
   * Listens; what is accepted runs on any of the host's loops.
   *
   * @return fails with a {@link Libp2pException} that names the address
   */
  Future<TransportListener> listen(ListenRequest request, Intake intake);
}
