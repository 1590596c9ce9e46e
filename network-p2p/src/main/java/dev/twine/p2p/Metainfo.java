package dev.twine.p2p;

import dev.twine.gossip.BadMessageException;
import dev.twine.gossip.Features;
import dev.twine.gossip.LocalNode;
import dev.twine.gossip.NodeRandom;
import dev.twine.gossip.PeerText;
import dev.twine.network.TwineException.Code;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one end of a gossip stream says of itself. Names are compared as they are spelled, which is Go's
 * way of writing the headers of the WebSocket protocol.
 *
 * @param versions the protocol versions it speaks, in its order of preference
 * @param network the network that it is of; empty if it does not say
 * @param agent what it calls itself; empty if it does not say
 * @param features the tokens that it offers
 * @param random its node random; empty if it does not say, as go-algorand does not
 */
record Metainfo(
    List<String> versions, String network, String agent, Set<String> features, byte[] random) {
  static final String PROTOCOL = "2.2";

  static final String VERSION = "X-Algorand-Version";
  static final String ACCEPT_VERSION = "X-Algorand-Accept-Version";
  static final String GENESIS = "X-Algorand-Genesis";
  static final String TELEMETRY_ID = "X-Algorand-Telid";
  static final String INSTANCE_NAME = "X-Algorand-Instancename";
  static final String FEATURES = "X-Algorand-Peer-Features";

  /** Not sent by go-algorand, which reads over it: by it a node knows a process again. */
  static final String NODE_RANDOM = "X-Algorand-Noderandom";

  /** What identify tells as well, but later. */
  static final String AGENT = "X-Twine-Agent";

  /** Of a peer that speaks the first version of the protocol, which has no metainfo. */
  static final Metainfo LEGACY = new Metainfo(List.of(), "", "", Set.of(), new byte[0]);

  /** What this node says. */
  static Metainfo of(LocalNode local) {
    return new Metainfo(
        List.of(PROTOCOL), local.networkId(), local.agent(), local.features(), local.nodeRandom());
  }

  /** @throws BadMessageException if the features or the random are above their limits */
  static Metainfo read(Map<String, List<String>> headers) {
    List<String> accepted = headers.getOrDefault(ACCEPT_VERSION, List.of());
    List<String> versions =
        accepted.isEmpty() ? headers.getOrDefault(VERSION, List.of()) : accepted;
    String random = first(headers, NODE_RANDOM);
    return new Metainfo(
        List.copyOf(versions),
        first(headers, GENESIS),
        first(headers, AGENT),
        Features.parse(first(headers, FEATURES), PROTOCOL),
        random.isEmpty() ? new byte[0] : NodeRandom.parse(random));
  }

  SortedMap<String, List<String>> headers() {
    var headers = new TreeMap<String, List<String>>();
    headers.put(VERSION, List.of(PROTOCOL));
    headers.put(ACCEPT_VERSION, versions);
    headers.put(GENESIS, List.of(network));
    headers.put(TELEMETRY_ID, List.of(""));
    headers.put(INSTANCE_NAME, List.of(""));
    headers.put(FEATURES, List.of(Features.format(features)));
    headers.put(NODE_RANDOM, List.of(NodeRandom.format(random)));
    headers.put(AGENT, List.of(agent));
    return headers;
  }

  /** Why the other end is not a peer of this node; null if it is. */
  @Nullable
  Refusal misfit(LocalNode local) {
    if (!versions.contains(PROTOCOL)) {
      String what = "the peer does not speak version " + PROTOCOL;
      return DialStep.HANDSHAKE.refused(Code.REFUSED, what, "update the older of the two nodes");
    }
    if (!network.isEmpty() && !network.equals(local.networkId())) {
      String what = "the peer is of another network, " + PeerText.escape(network) + " instead of "
          + local.networkId();
      return DialStep.HANDSHAKE.refused(Code.NETWORK_MISMATCH, what, "dial a node of this network");
    }
    return null;
  }

  private static String first(Map<String, List<String>> headers, String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.get(0);
  }
}
