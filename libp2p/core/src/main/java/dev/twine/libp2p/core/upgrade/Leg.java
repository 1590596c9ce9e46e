package dev.twine.libp2p.core.upgrade;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Direction;
import dev.twine.libp2p.core.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a connection before its handshake.
 *
 * @param expected who must answer; null accepts anybody
 * @param startedNanos when the time for the handshake began, by {@link System#nanoTime}
 */
public record Leg(
    Direction direction,
    Multiaddr local,
    Multiaddr remote,
    @Nullable NodeId expected,
    long startedNanos) {}
