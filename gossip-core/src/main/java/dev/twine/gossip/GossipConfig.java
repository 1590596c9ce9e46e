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
 * @param key its identity
 * @param networkId 1 to {@value #MAX_NETWORK_ID} printable ASCII characters without a space
 * @param agent what it calls itself to peers
 * @param publicAddress where others can dial it, if its operator says so
 * @param tags user-defined tags, besides the built-in ones
 * @param relays whether messages of relayed tags travel on
 * @param mesh which sessions it opens by itself
 * @param limits what its peers may take
 * @param lanes bounds of its outbound lanes and of each peer's queues
 * @param services what callers may ask of its HTTP services
 * @param loops event loops to share; null for loops of its own
 * @param clock time for all of the node; null for the machine's
 */
public record GossipConfig(
    NodeKey key,
    String networkId,
    String agent,
    @Nullable Address publicAddress,
    List<TagSpec> tags,
    boolean relays,
    MeshConfig mesh,
    Limits limits,
    BroadcasterConfig lanes,
    ServiceLimits services,
    @Nullable Loops loops,
    @Nullable NodeClock clock) {
  /** It is part of a URL path and of a header line of 4 KiB. */
  public static final int MAX_NETWORK_ID = 255;

  public GossipConfig {
    if (!networkId.matches("[!-~]{1," + MAX_NETWORK_ID + "}")) {
      throw new TwineException(
          Code.BAD_VALUE,
          "not a network ID",
          networkId,
          "give 1 to " + MAX_NETWORK_ID + " printable ASCII characters without a space");
    }
    tags = List.copyOf(tags);
  }

  /** A relaying node with the default limits, loops and clock of its own, and nobody to dial. */
  public static GossipConfig of(NodeKey key, String networkId) {
    return new GossipConfig(
        key,
        networkId,
        "twine",
        null,
        List.of(),
        true,
        MeshConfig.defaults(),
        Limits.defaults(),
        BroadcasterConfig.defaults(),
        ServiceLimits.defaults(),
        null,
        null);
  }

  public GossipConfig withAgent(String agent) {
    return new GossipConfig(
        key,
        networkId,
        agent,
        publicAddress,
        tags,
        relays,
        mesh,
        limits,
        lanes,
        services,
        loops,
        clock);
  }

  public GossipConfig withPublicAddress(Address publicAddress) {
    return new GossipConfig(
        key,
        networkId,
        agent,
        publicAddress,
        tags,
        relays,
        mesh,
        limits,
        lanes,
        services,
        loops,
        clock);
  }

  public GossipConfig withTags(List<TagSpec> tags) {
    return new GossipConfig(
        key,
        networkId,
        agent,
        publicAddress,
        tags,
        relays,
        mesh,
        limits,
        lanes,
        services,
        loops,
        clock);
  }

  public GossipConfig withRelays(boolean relays) {
    return new GossipConfig(
        key,
        networkId,
        agent,
        publicAddress,
        tags,
        relays,
        mesh,
        limits,
        lanes,
        services,
        loops,
        clock);
  }

  public GossipConfig withMesh(MeshConfig mesh) {
    return new GossipConfig(
        key,
        networkId,
        agent,
        publicAddress,
        tags,
        relays,
        mesh,
        limits,
        lanes,
        services,
        loops,
        clock);
  }

  public GossipConfig withLimits(Limits limits) {
    return new GossipConfig(
        key,
        networkId,
        agent,
        publicAddress,
        tags,
        relays,
        mesh,
        limits,
        lanes,
        services,
        loops,
        clock);
  }

  public GossipConfig withLanes(BroadcasterConfig lanes) {
    return new GossipConfig(
        key,
        networkId,
        agent,
        publicAddress,
        tags,
        relays,
        mesh,
        limits,
        lanes,
        services,
        loops,
        clock);
  }

  public GossipConfig withServices(ServiceLimits services) {
    return new GossipConfig(
        key,
        networkId,
        agent,
        publicAddress,
        tags,
        relays,
        mesh,
        limits,
        lanes,
        services,
        loops,
        clock);
  }

  public GossipConfig withLoops(Loops loops) {
    return new GossipConfig(
        key,
        networkId,
        agent,
        publicAddress,
        tags,
        relays,
        mesh,
        limits,
        lanes,
        services,
        loops,
        clock);
  }

  public GossipConfig withClock(NodeClock clock) {
    return new GossipConfig(
        key,
        networkId,
        agent,
        publicAddress,
        tags,
        relays,
        mesh,
        limits,
        lanes,
        services,
        loops,
        clock);
  }
}
