package dev.twine.libp2p.core.dns;

import dev.twine.libp2p.core.Multiaddr;

/**
 * An address that can be dialled as far as names go.
 *
 * @param address as it was found, without a peer ID; may begin with the name of a host
 * @param resolved the same with an IP instead of the name
 */
public record ResolvedAddress(Multiaddr address, Multiaddr resolved) {}
