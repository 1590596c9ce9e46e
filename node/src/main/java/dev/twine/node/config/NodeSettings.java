package dev.twine.node.config;

import dev.twine.broadcaster.BroadcasterConfig;
import dev.twine.gossip.Discovery;
import dev.twine.gossip.Limits;
import dev.twine.gossip.MeshConfig;
import dev.twine.http.ServiceLimits;
import dev.twine.network.Address;
import dev.twine.network.TagSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything that {@code twine run} can be told, checked.
 *
 * @param network what it belongs to, and with whom it starts
 * @param ws its WebSocket side, which only some modes use
 * @param p2p its libp2p side, likewise
 * @param admin its administration
 * @param dataDir where key and lock are; empty keeps the key in memory
 * @param tags user-defined tags
 * @param mesh which sessions it opens by itself, static peers included
 * @param bounds what it and its peers may take
 * @param logLevel what is logged
 */
public record NodeSettings(
    Network network,
    Ws ws,
    P2p p2p,
    Admin admin,
    Optional<Path> dataDir,
    List<TagSpec> tags,
    MeshConfig mesh,
    Bounds bounds,
    String logLevel) {
  /** What the node belongs to. */
  public record Network(String id, Mode mode, boolean relays, Discovery discovery) {}

  /**
   * The WebSocket side.
   *
   * @param listen empty for a client
   * @param publicAddress where others can dial it
   * @param tls certificate chain and key; empty for plain {@code ws}
   * @param ca certificates trusted in {@code wss} peers; empty for those of Java
   */
  public record Ws(
      Optional<HostPort> listen,
      Optional<Address> publicAddress,
      Optional<TlsFiles> tls,
      Optional<Path> ca) {}

  /**
   * The libp2p side.
   *
   * @param listen multiaddrs; none for a client
   * @param limits empty for the defaults
   */
  public record P2p(List<Address> listen, Optional<P2pLimits> limits) {
    public P2p {
      listen = List.copyOf(listen);
    }
  }

  /**
   * Bounds that hold on every transport.
   *
   * @param limits what its peers may take
   * @param lanes bounds of what it sends
   * @param services what callers may ask of its HTTP services
   */
  public record Bounds(Limits limits, BroadcasterConfig lanes, ServiceLimits services) {}

  /** Two PEM files. */
  public record TlsFiles(Path cert, Path key) {}

  /**
   * The administration.
   *
   * @param listen empty for the first free port from 7800 on
   * @param tokenFile what to demand of clients; needed off loopback
   * @param portsFile where to write the bound addresses
   */
  public record Admin(
      Optional<HostPort> listen, Optional<Path> tokenFile, Optional<Path> portsFile) {}
}
