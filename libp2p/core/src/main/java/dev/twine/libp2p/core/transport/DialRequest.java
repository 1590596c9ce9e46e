package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.Multiaddr;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * One address to dial.
 *
 * @param address what to dial, without a peer ID
 * @param socket what its name resolved to
 * @param loop where the connection will live
 * @param deadline until bytes can flow
 */
public record DialRequest(
    Multiaddr address, InetSocketAddress socket, EventLoop loop, Duration deadline) {}
