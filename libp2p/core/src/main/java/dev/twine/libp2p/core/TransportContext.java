package dev.twine.libp2p.core;

import dev.twine.identity.NodeKey;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.Executor;

/**
 * What a transport may use of the host that it works for.
 *
 * @param key the identity, for transports that secure connections themselves
 * @param loops where listeners and accepted connections run
 * @param crypto where long computations run, never the event loops
 */
public record TransportContext(NodeKey key, EventLoopGroup loops, Executor crypto) {}
