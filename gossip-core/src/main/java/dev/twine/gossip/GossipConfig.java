package dev.twine.gossip;

import dev.twine.broadcaster.BroadcasterConfig;
import dev.twine.http.ServiceLimits;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.TagSpec;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node is made of, apart from its transports.
 *
 * @param self who it is to others
 * @param traffic what it carries, and to whom
 * @param bounds what it has room for
 * @param shared what it shares with others in the process
 */
public record GossipConfig(Self self, Traffic traffic, Bounds bounds, Shared shared) {
  /** It is part of a URL path and of a header line of 4 KiB. */
  public static final int MAX_NETWORK_ID = 255;

  /**
   * Who a node is to others.
   *
   * @param key its identity
   * @param networkId 1 to {@value #MAX_NETWORK_ID} printable ASCII characters without a space
   * @param agent what it calls itself to peers
   * @param publicAddress where others can dial it, if its operator says so
   */
  public record Self(
      NodeKey key, String networkId, String agent, @Nullable Address publicAddress) {
    public Self {
      if (!networkId.matches("[!-~]{1," + MAX_NETWORK_ID + "}")) {
        throw new TwineException(
            Code.BAD_VALUE,
            "not a network ID",
            networkId,
            "give 1 to " + MAX_NETWORK_ID + " printable ASCII characters without a space");
      }
    }
  }

  /**
   * What a node carries, and to whom.
   *
   * @param tags user-defined tags, besides the built-in ones
   * @param relays whether messages of relayed tags travel on
   * @param mesh which sessions it opens by itself
   * @param discovery how it comes to know others
   */
  public record Traffic(List<TagSpec> tags, boolean relays, MeshConfig mesh, Discovery discovery) {
    public Traffic {
      tags = List.copyOf(tags);
    }
  }

  /**
   * What a node has room for.
   *
   * @param limits what its peers may take
   * @param lanes what its outbound lanes and the queues of each peer hold
   * @param services what callers may ask of its HTTP services
   */
  public record Bounds(Limits limits, BroadcasterConfig lanes, ServiceLimits services) {}

  /**
   * What several nodes of a process may have in common.
   *
   * @param loops event loops; null for loops of its own
   * @param clock time for all of the node; null for the machine's
   */
  public record Shared(@Nullable Loops loops, @Nullable NodeClock clock) {}

  /** A relaying node with the default limits, loops and clock of its own, and nobody to dial. */
  public static GossipConfig of(NodeKey key, String networkId) {
    return new GossipConfig(
        new Self(key, networkId, "twine", null),
        new Traffic(List.of(), true, MeshConfig.defaults(), Discovery.defaults()),
        new Bounds(Limits.defaults(), BroadcasterConfig.defaults(), ServiceLimits.defaults()),
        new Shared(null, null));
  }

  public GossipConfig withAgent(String agent) {
    return with(new Self(self.key, self.networkId, agent, self.publicAddress));
  }

  public GossipConfig withPublicAddress(Address publicAddress) {
    return with(new Self(self.key, self.networkId, self.agent, publicAddress));
  }

  public GossipConfig withTags(List<TagSpec> tags) {
    return with(new Traffic(tags, traffic.relays, traffic.mesh, traffic.discovery));
  }

  public GossipConfig withRelays(boolean relays) {
    return with(new Traffic(traffic.tags, relays, traffic.mesh, traffic.discovery));
  }

  public GossipConfig withMesh(MeshConfig mesh) {
    return with(new Traffic(traffic.tags, traffic.relays, mesh, traffic.discovery));
  }

  public GossipConfig withDiscovery(Discovery discovery) {
    return with(new Traffic(traffic.tags, traffic.relays, traffic.mesh, discovery));
  }

  public GossipConfig withLimits(Limits limits) {
    return with(new Bounds(limits, bounds.lanes, bounds.services));
  }

  public GossipConfig withLanes(BroadcasterConfig lanes) {
    return with(new Bounds(bounds.limits, lanes, bounds.services));
  }

  public GossipConfig withServices(ServiceLimits services) {
    return with(new Bounds(bounds.limits, bounds.lanes, services));
  }

  public GossipConfig withLoops(Loops loops) {
    return with(new Shared(loops, shared.clock));
  }

  public GossipConfig withClock(NodeClock clock) {
    return with(new Shared(shared.loops, clock));
  }

  private GossipConfig with(Self other) {
    return new GossipConfig(other, traffic, bounds, shared);
  }

  private GossipConfig with(Traffic other) {
    return new GossipConfig(self, other, bounds, shared);
  }

  private GossipConfig with(Bounds other) {
    return new GossipConfig(self, traffic, other, shared);
  }

  private GossipConfig with(Shared other) {
    return new GossipConfig(self, traffic, bounds, other);
  }
}
