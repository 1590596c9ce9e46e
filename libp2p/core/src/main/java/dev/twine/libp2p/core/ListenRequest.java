package dev.twine.libp2p.core;

/**
 * One address to listen on.
 *
 * @param address without a peer ID
 * @param host whom it is for
 */
public record ListenRequest(Multiaddr address, TransportContext host) {}
