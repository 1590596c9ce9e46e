package dev.twine.p2p;

import dev.twine.gossip.PeerText;
import dev.twine.gossip.Permit;
import dev.twine.gossip.SessionTerms;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.TransportKind;
import java.util.Arrays;
import java.util.List;

/**
 * What a handshake on a stream settled.
 *
 * @param theirs what the other end said
 * @param openedHere whether this side opened the stream
 */
record StreamTerms(Link link, Metainfo theirs, boolean openedHere) {
  SessionTerms build(StreamSession control, Permit permit) {
    Connection connection = link.connection();
    byte[] name = name();
    return new SessionTerms(
        TransportKind.P2P,
        connection.initiator() ? Direction.OUT : Direction.IN,
        address(connection),
        null,
        agent(),
        theirs.features(),
        connection.peer(),
        connection.peer(),
        theirs.random(),
        name,
        name,
        new byte[0],
        StreamForm.FORM,
        control,
        null,
        List.of(),
        link.streams().serviceRoute(connection),
        permit);
  }

  /** As one would dial it again; where the peer dialled from, nobody listens. */
  private static String address(Connection connection) {
    Multiaddr remote = connection.remoteAddress();
    return (connection.initiator() ? remote.withPeer(connection.peer()) : remote).toString();
  }

  /**
   * What both ends call this stream, instead of nonces, which the protocol has not: the engine compares
   * it where two sessions that one side dialled race, so that both ends keep the same. Of two streams
   * on one connection that of the lower node comes first.
   */
  private byte[] name() {
    byte[] binding = link.connection().channelBinding().orElseGet(() -> new byte[0]);
    byte[] name = Arrays.copyOf(binding, binding.length + 1);
    name[binding.length] = (byte) (link.isOpenedByLower(openedHere) ? 0 : 1);
    return name;
  }

  /** By its own word on this stream, else by identify if that was faster. */
  private String agent() {
    if (!theirs.agent().isEmpty()) {
      return PeerText.escape(theirs.agent());
    }
    return link.streams()
        .identified(link.connection())
        .map(known -> PeerText.escape(known.agentVersion()))
        .orElse("");
  }
}
