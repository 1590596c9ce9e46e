package dev.twine.ws;

import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.Transport;
import dev.twine.gossip.TransportContext;
import dev.twine.network.Address;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket strand of a node: go-algorand's gossip protocol 2.2 over {@code ws} and {@code wss},
 * and HTTP services on the same listener.
 *
 * <p>Belongs to one engine and is used once. Safe for use by several threads.
 */
public final class WsTransport implements Transport {
  private final WsConfig config;
  private volatile @Nullable Dialler dialler;
  private volatile @Nullable Listener listener;
  private volatile @Nullable SrvLookup names;

  public WsTransport(WsConfig config) {
    this.config = config;
  }

  @Override
  public TransportKind kind() {
    return TransportKind.WS;
  }

  @Override
  public List<Address> listen(TransportContext context) {
    var opened = new Dialler(context, config.trust());
    dialler = opened;
    names = new SrvLookup(context.loops(), config.dnsServers());
    Address wanted = config.listen();
    if (wanted == null) {
      return List.of();
    }
    Listener bound = Listener.bind(opened, config, wanted);
    listener = bound;
    return List.of(bound.address());
  }

  @Override
  public boolean canDial(Address address) {
    return address.transport() == TransportKind.WS && address.port() != 0;
  }

  @Override
  public CompletableFuture<SessionHandle> dial(Address address, Duration deadline) {
    Dialler current = dialler;
    if (current == null) {
      return CompletableFuture.failedFuture(new TwineException(
          Code.CLOSED, "the node is not started", address.toString(), "start it first"));
    }
    return current.dial(address, deadline);
  }

  /** SRV records: {@code _algobootstrap._tcp.DOMAIN}, or {@code wss://_NAME._tcp.DOMAIN}. */
  @Override
  public Optional<CompletableFuture<List<Address>>> lookUp(String name) {
    SrvLookup current = names;
    return current == null ? Optional.empty() : current.lookUp(name);
  }

  @Override
  public void close() {
    SrvLookup asked = names;
    if (asked != null) {
      asked.close();
    }
    Listener bound = listener;
    if (bound != null) {
      bound.close();
    }
    Dialler current = dialler;
    if (current != null) {
      current.close();
    }
  }
}
