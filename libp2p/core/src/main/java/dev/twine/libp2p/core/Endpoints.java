package dev.twine.libp2p.core;

/**
 * The two ends of a connection, without peer IDs.
 *
 * @param remote what was dialled, or where an inbound connection came from
 */
public record Endpoints(Multiaddr local, Multiaddr remote) {}
