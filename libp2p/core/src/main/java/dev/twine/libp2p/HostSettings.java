package dev.twine.libp2p;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.ConnectionGater;
import dev.twine.libp2p.core.HandshakeExtension;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.MuxerProtocol;
import dev.twine.libp2p.core.NameResolver;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.Transport;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a builder has gathered. Null means that the host makes its own. */
record HostSettings(
    NodeKey key,
    List<Multiaddr> listen,
    List<Transport> transports,
    List<SecureProtocol> security,
    List<MuxerProtocol> muxers,
    boolean earlyMuxer,
    List<StreamProtocol> protocols,
    String protocolVersion,
    String agent,
    Limits limits,
    ConnectionGater gater,
    @Nullable EventLoopGroup eventLoops,
    @Nullable Executor crypto,
    @Nullable NameResolver resolver,
    List<InetSocketAddress> dnsServers,
    @Nullable Supplier<HandshakeExtension> extension,
    LongSupplier nanoClock) {}
