package dev.twine.libp2p.core;

import dev.twine.identity.NodeId;
import dev.twine.identity.NodePublicKey;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a handshake: who the peer is, proven.
 *
 * @param key the peer's identity key
 * @param id the ID that follows from the key
 * @param muxer the multiplexer agreed on in the handshake, or null if multistream-select decides
 * @param channelBinding bytes that both sides know and that no other connection has: the Noise
 *     handshake hash or the TLS exporter; empty for TLS before JDK 25, which has no exporter
 */
public record SecuredPeer(
    NodePublicKey key, NodeId id, @Nullable String muxer, byte[] channelBinding) {}
