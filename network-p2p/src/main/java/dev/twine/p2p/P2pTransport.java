package dev.twine.p2p;

import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.Transport;
import dev.twine.gossip.TransportContext;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.NameResolver;
import dev.twine.network.Address;
import dev.twine.network.Metric;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The libp2p strand of a node: go-algorand's gossip protocol 2.2 on a stream of each connection.
 *
 * <p>Belongs to one engine and is used once. Safe for use by several threads.
 */
public final class P2pTransport implements Transport {
  private static final String DNSADDR = "/dnsaddr/[A-Za-z0-9._-]{1,240}";

  private final P2pConfig config;
  private final @Nullable NameResolver names;
  private volatile @Nullable GossipHost host;

  public P2pTransport(P2pConfig config) {
    this(config, null);
  }

  /** For tests, which look names up without DNS; null looks them up as the system does. */
  P2pTransport(P2pConfig config, @Nullable NameResolver names) {
    this.config = config;
    this.names = names;
  }

  @Override
  public TransportKind kind() {
    return TransportKind.P2P;
  }

  @Override
  public List<Address> listen(TransportContext context) {
    GossipHost started = GossipHost.start(context, config, names);
    host = started;
    return started.addresses();
  }

  @Override
  public boolean canDial(Address address) {
    return address.transport() == TransportKind.P2P;
  }

  @Override
  public CompletableFuture<SessionHandle> dial(Address address, Duration deadline) {
    GossipHost current = host;
    if (current == null) {
      return CompletableFuture.failedFuture(new TwineException(
          Code.CLOSED, "the node is not started", address.toString(), "start it first"));
    }
    return current.dial(address, deadline);
  }

  /** {@code /dnsaddr/NAME}, as libp2p's own nodes are found. */
  @Override
  public Optional<CompletableFuture<List<Address>>> lookUp(String name) {
    GossipHost current = host;
    return current == null || !name.matches(DNSADDR)
        ? Optional.empty()
        : Optional.of(current.lookUp(name.substring(name.lastIndexOf('/') + 1)));
  }

  /** Of the libp2p host: connections that carry no gossip are among them. */
  @Override
  public List<Metric> metrics() {
    GossipHost current = host;
    return current == null ? List.of() : current.metrics();
  }

  /** For tests, which dial for something else than gossip. */
  Host host() {
    return Objects.requireNonNull(host).host();
  }

  /** Leaves the connections open for what the engine has to say; they end with their streams. */
  @Override
  public void close() {
    GossipHost current = host;
    if (current != null) {
      current.close();
    }
  }

  @Override
  public CompletableFuture<Void> closed() {
    GossipHost current = host;
    return current == null ? CompletableFuture.completedFuture(null) : current.closed();
  }
}
