package dev.twine.libp2p;

import dev.twine.identity.KeyType;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a host is made of. Everything but {@link #start} has a default: a new Ed25519 key, no
 * address to listen on, TCP and WebSocket, Noise before TLS, yamux, event loops of its own. Not
 * thread-safe.
 */
public final class HostBuilder {
  private @Nullable NodeKey key;
  private final List<Multiaddr> listen = new ArrayList<>();
  private List<Transport> transports = List.of();
  private List<SecureProtocol> security = List.of();
  private List<MuxerProtocol> muxers = List.of();
  private boolean earlyMuxer = true;
  private final List<StreamProtocol> protocols = new ArrayList<>();
  private String protocolVersion = "twine/0.1";
  private String agent = "twine-libp2p";
  private Limits limits = Limits.defaults();
  private ConnectionGater gater = ConnectionGater.OPEN;
  private @Nullable EventLoopGroup eventLoops;
  private @Nullable Executor crypto;
  private @Nullable NameResolver resolver;
  private List<InetSocketAddress> dnsServers = List.of();
  private @Nullable Supplier<HandshakeExtension> extension;
  private LongSupplier nanoClock = System::nanoTime;

  HostBuilder() {}

  /** The identity; without one a new key is made, for this host only. */
  public HostBuilder key(NodeKey value) {
    key = value;
    return this;
  }

  /**
   * Adds addresses to listen on, such as {@code /ip4/0.0.0.0/tcp/4001} or {@code
   * /ip4/0.0.0.0/tcp/4002/ws}; port 0 chooses a free one.
   *
   * @throws dev.twine.libp2p.core.Libp2pException if one cannot be read
   */
  public HostBuilder listen(String... addresses) {
    for (String address : addresses) {
      listen.add(Multiaddr.parse(address));
    }
    return this;
  }

  /**
   * The transports in order of preference, instead of {@link StandardProtocols#tcp} and {@link
   * StandardProtocols#webSocket()}.
   */
  public HostBuilder transports(Transport... values) {
    transports = List.of(values);
    return this;
  }

  /** The security protocols in order of preference. */
  public HostBuilder security(SecureProtocol... values) {
    security = List.of(values);
    return this;
  }

  /** The multiplexers in order of preference. */
  public HostBuilder muxers(MuxerProtocol... values) {
    muxers = List.of(values);
    return this;
  }

  /** Whether to agree on the multiplexer during the security handshake; true at first. */
  public HostBuilder earlyMuxer(boolean value) {
    earlyMuxer = value;
    return this;
  }

  /** Adds a protocol that the host answers from its first connection on. */
  public HostBuilder protocol(StreamProtocol value) {
    protocols.add(value);
    return this;
  }

  /**
   * What identify tells peers.
   *
   * @param newProtocolVersion the family of networks, such as {@code /my-network/1.0.0}
   * @param newAgent the program, such as {@code my-program/1.0.0}
   */
  public HostBuilder identifyAs(String newProtocolVersion, String newAgent) {
    protocolVersion = newProtocolVersion;
    agent = newAgent;
    return this;
  }

  /** Event loops to share with others; the host does not close them. */
  public HostBuilder eventLoops(EventLoopGroup value) {
    eventLoops = value;
    return this;
  }

  /** Instead of {@link Limits#defaults}. */
  public HostBuilder limits(Limits value) {
    limits = value;
    return this;
  }

  /** Who may be connected with; everybody at first. */
  public HostBuilder gater(ConnectionGater value) {
    gater = value;
    return this;
  }

  /** Where signatures and the like run; bounded, as it should never make the event loops wait. */
  public HostBuilder cryptoExecutor(Executor value) {
    crypto = value;
    return this;
  }

  /** How to look names up, instead of as the system does. */
  public HostBuilder resolver(NameResolver value) {
    resolver = value;
    return this;
  }

  /**
   * DNS servers to ask for all names, in order, instead of as the system does. Without them {@code
   * /dnsaddr} asks those in {@code /etc/resolv.conf}.
   */
  public HostBuilder dnsServers(InetSocketAddress... values) {
    dnsServers = List.of(values);
    return this;
  }

  /** Additional data in the handshakes; the supplier is asked once per connection, on its loop. */
  public HostBuilder handshakeExtension(Supplier<HandshakeExtension> value) {
    extension = value;
    return this;
  }

  /** For tests of back-off, grace and rates. */
  HostBuilder clock(LongSupplier value) {
    nanoClock = value;
    return this;
  }

  /**
   * Binds all addresses, or none, and starts. Blocks while it binds; not on an event loop.
   *
   * @throws dev.twine.libp2p.core.Libp2pException if an address cannot be listened on
   * @throws IllegalStateException on an event loop, or if there are both a resolver and DNS servers
   */
  public Host start() {
    if (resolver != null && !dnsServers.isEmpty()) {
      throw new IllegalStateException(
          "two ways to look names up: " + dnsServers + ": leave out the resolver or dnsServers");
    }
    return Host.start(new HostSettings(
        key == null ? NodeKey.generate(KeyType.ED25519) : key,
        List.copyOf(listen),
        transports.isEmpty()
            ? List.of(StandardProtocols.tcp(), StandardProtocols.webSocket())
            : transports,
        security.isEmpty() ? List.of(StandardProtocols.noise(), StandardProtocols.tls()) : security,
        muxers.isEmpty() ? List.of(StandardProtocols.yamux()) : muxers,
        earlyMuxer,
        List.copyOf(protocols),
        protocolVersion,
        agent,
        limits,
        gater,
        eventLoops,
        crypto,
        resolver,
        dnsServers,
        extension,
        nanoClock));
  }
}
