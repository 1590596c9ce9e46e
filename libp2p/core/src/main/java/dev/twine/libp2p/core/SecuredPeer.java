package dev.twine.libp2p.core;

import dev.twine.identity.NodeId;
import dev.twine.identity.NodePublicKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a handshake: who the peer is, proven.
 *
 * @param key the peer's identity key
 * @param id the ID that follows from the key
 * @param muxer the multiplexer agreed on in the handshake, or null if multistream-select decides
 * @param channelBinding bytes that both sides know and that no other connection has: the Noise
 *     handshake hash or the TLS exporter; absent where the protocol has none, as TLS before JDK 25
 */
public record SecuredPeer(
    NodePublicKey key, NodeId id, @Nullable String muxer, Optional<byte[]> channelBinding) {}
