package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.Multiaddr;

/**
 * The two ends of a raw connection, without peer IDs.
 *
 * @param remote what was dialled, or where an inbound connection came from
 */
public record Endpoints(Multiaddr local, Multiaddr remote) {}
