package dev.twine.ws;

import dev.twine.gossip.Greeting;
import dev.twine.gossip.IdentityChallenge;
import dev.twine.gossip.Permit;
import dev.twine.gossip.SessionTerms;
import dev.twine.gossip.TagTable;
import dev.twine.network.Address;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.TransportKind;
import io.netty.channel.Channel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an upgrade that we asked for settled.
 *
 * @param dial the attempt that led there
 * @param theirs what the peer says of itself
 * @param nonce what this side contributed
 * @param proven the peer's identity, null if it answered no challenge
 */
record ClientTerms(
    Dial dial, Hello theirs, byte[] nonce, IdentityChallenge.@Nullable Proven proven) {
  SessionTerms build(Channel channel, WsSession session, Permit permit) {
    Address address = dial.address();
    var tls = TlsState.of(channel, false);
    return new SessionTerms(
        TransportKind.WS,
        Direction.OUT,
        address.toString(),
        address,
        theirs.agent(),
        theirs.features(),
        proven == null ? null : proven.key().nodeId(),
        theirs.claimedId(),
        theirs.randomBytes(),
        nonce,
        theirs.nonce(),
        tls.binding(nonce, theirs.nonce()),
        WsForm.CLIENT,
        session,
        null,
        proven == null ? List.of() : List.of(new Greeting(TagTable.NI, proven.verification())),
        dial.dialler().route(address, tls.serverCertificate()),
        permit);
  }
}
