package dev.twine.libp2p.core;

import dev.twine.identity.NodeId;
import io.netty.channel.EventLoop;

/**
 * One address to dial.
 *
 * @param address what to dial, without a peer ID; it may begin with a name
 * @param resolved the same with an IP instead of the name
 * @param peer who has to answer
 * @param loop where the connection will live
 * @param host whom it is for
 */
public record DialRequest(
    Multiaddr address, Multiaddr resolved, NodeId peer, EventLoop loop, TransportContext host) {}
