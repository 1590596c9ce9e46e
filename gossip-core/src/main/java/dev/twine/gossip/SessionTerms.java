package dev.twine.gossip;

import dev.twine.broadcaster.WireForm;
import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.TransportKind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a transport's handshake settled. Arrays are shared, so nobody writes to them.
 *
 * @param transport the strand
 * @param direction who dialled
 * @param address the other end, as dialled or as seen, for people
 * @param dialBack where the other end says it can be dialled, if the transport trusts it
 * @param agent what the other end calls itself: free text, escaped and bounded by the transport
 * @param features the feature tokens of the other end; {@link LocalNode#TWINE1} allows private tags
 * @param provenId who is at the other end, if the handshake proved it
 * @param claimedId who it says it is; needed to check its proof, and believed for nothing else
 * @param remoteRandom the other process's {@link LocalNode#nodeRandom}; empty if it told none
 * @param localNonce what this side contributed to this handshake and the proof covers; may be empty.
 *     Of a handshake that proves the other end by itself, and has no nonces, this one and the next are
 *     a name of the connection that both sides know
 * @param remoteNonce the same of the other side
 * @param channelBinding the exporter value of TLS under this connection; empty if there is none
 * @param form how a message is framed for this peer; compared by identity
 * @param control pings and closes in the transport's own way
 * @param identityCheck judges an {@code NI} message; null if the handshake asked for none
 * @param greetings messages to send first, after the message of interest
 * @param serviceRoute opens streams to the peer's services; null if nothing leads there
 * @param permit from {@link TransportContext#admit}; closed with the session
 */
public record SessionTerms(
    TransportKind transport,
    Direction direction,
    String address,
    @Nullable Address dialBack,
    String agent,
    Set<String> features,
    @Nullable NodeId provenId,
    @Nullable NodeId claimedId,
    byte[] remoteRandom,
    byte[] localNonce,
    byte[] remoteNonce,
    byte[] channelBinding,
    WireForm form,
    SessionControl control,
    @Nullable IdentityCheck identityCheck,
    List<Greeting> greetings,
    @Nullable ServiceRoute serviceRoute,
    Permit permit) {
  public SessionTerms {
    features = Set.copyOf(features);
    greetings = List.copyOf(greetings);
  }

  /** Whether the other end is a Twine node that understands private tags. */
  public boolean twine1() {
    return features.contains(LocalNode.TWINE1);
  }
}
