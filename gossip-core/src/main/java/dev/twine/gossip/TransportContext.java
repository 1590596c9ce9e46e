package dev.twine.gossip;

import dev.twine.http.ServiceContext;
import dev.twine.network.PeerInfo.Direction;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.Optional;

/** What the engine offers a transport. Every method may be called from any thread. */
public interface TransportContext {
  /** Who this node is. */
  LocalNode local();

  /** Size limits, to be asked before a payload is buffered: {@link TagTable#maxMessageBytes}. */
  TagTable tags();

  Loops loops();

  NodeClock clock();

  Limits limits();

  /** The services to offer on HTTP channels, with the threads and limits that transports share. */
  ServiceContext services();

  /**
   * Asks for room for one more connection from or to that host, before its handshake costs anything.
   *
   * @return a permit that ends up either in {@link SessionTerms}, whose session then closes it, or is
   *     closed by the transport; empty if a limit is reached, which the engine has counted
   */
  Optional<Permit> admit(InetAddress remote, Direction direction);

  /**
   * Makes a session of a channel whose handshake is done, and adds the engine's handler to the end of
   * its pipeline. Called on the channel's loop in the turn that ended the handshake, so that no early
   * frame is lost. From then on the session owns the permit and reports the channel's end.
   *
   * @throws dev.twine.network.TwineException of code SELF, DUPLICATE_ID, REFUSED or CLOSED. The
   *     engine has then counted the refusal and closed the permit; the transport closes the channel
   *     with that reason, and fails the dial with this exception or with one that it caused.
   */
  SessionHandle open(Channel channel, SessionTerms terms);

  /**
   * Counts and reports a connection or upgrade that the transport itself turned away.
   *
   * @param reason few different values: it becomes a label of a counter
   */
  void refused(String address, String reason);
}
