package dev.twine.libp2p;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.ConnectionGater;
import dev.twine.libp2p.core.HandshakeExtension;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.MuxerProtocol;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.StreamProtocol;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a builder has gathered. Null means that the host makes its own. */
record HostSettings(
    NodeKey key,
    List<Multiaddr> listen,
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
    @Nullable SslContext tlsServer,
    @Nullable SslContext tlsClient,
    @Nullable Supplier<HandshakeExtension> extension,
    LongSupplier nanoClock) {}
