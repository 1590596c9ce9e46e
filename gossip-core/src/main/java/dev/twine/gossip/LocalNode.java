package dev.twine.gossip;

import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * This node, as its handshakes present it.
 *
 * @param key its identity on every transport
 * @param networkId the network that it belongs to
 * @param agent what it calls itself
 * @param nodeRandom {@value #RANDOM_BYTES} bytes chosen by this process; shared, so nobody writes to
 *     them. A peer that shows the same ones is this process.
 * @param features the tokens that it offers
 * @param publicAddress where others can dial it, if its operator says so
 */
public record LocalNode(
    NodeKey key,
    String networkId,
    String agent,
    byte[] nodeRandom,
    Set<String> features,
    @Nullable Address publicAddress) {
  /** The feature of nodes that understand Twine's private tags. */
  public static final String TWINE1 = "twine1";

  /** The feature of nodes that take proposals compressed by zstd. */
  public static final String PPZSTD = "ppzstd";

  /** As in go-algorand's X-Algorand-NodeRandom. */
  public static final int RANDOM_BYTES = 10;

  public LocalNode {
    features = Set.copyOf(features);
  }

  public NodeId nodeId() {
    return key.nodeId();
  }
}
