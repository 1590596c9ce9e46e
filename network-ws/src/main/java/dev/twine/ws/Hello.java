package dev.twine.ws;

import static dev.twine.ws.GossipHeaders.ACCEPT_VERSION;
import static dev.twine.ws.GossipHeaders.FEATURES;
import static dev.twine.ws.GossipHeaders.GENESIS;
import static dev.twine.ws.GossipHeaders.IDENTITY;
import static dev.twine.ws.GossipHeaders.INSTANCE_NAME;
import static dev.twine.ws.GossipHeaders.LOCATION;
import static dev.twine.ws.GossipHeaders.NODE_RANDOM;
import static dev.twine.ws.GossipHeaders.PROTOCOL;
import static dev.twine.ws.GossipHeaders.TELEMETRY_ID;
import static dev.twine.ws.GossipHeaders.TWINE_AGENT;
import static dev.twine.ws.GossipHeaders.TWINE_NODE_ID;
import static dev.twine.ws.GossipHeaders.TWINE_NONCE;
import static dev.twine.ws.GossipHeaders.VERSION;

import dev.twine.gossip.LocalNode;
import dev.twine.identity.NodeId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one side says of itself in the headers of the upgrade. Lengths are bounded when read, text is
 * reduced to printable ASCII.
 *
 * @param versions the protocol versions it speaks, in its order of preference
 * @param random the text of its node random, empty if missing
 * @param genesis the network it says it is of, empty if missing
 * @param agent its user agent, empty if missing
 * @param instance its label for people, may be empty
 * @param location where it says it can be dialled, may be empty
 * @param features the tokens that it offers
 * @param challenge its identity challenge or answer to ours, null if missing
 * @param claimedId the node ID that it will prove, null if missing or malformed
 * @param nonce what it contributes to the proof, empty if missing or malformed
 */
record Hello(
    List<String> versions,
    String random,
    String genesis,
    String agent,
    String instance,
    String location,
    Set<String> features,
    @Nullable String challenge,
    @Nullable NodeId claimedId,
    byte[] nonce) {
  private static final int MAX_AGENT = 128;
  private static final int MAX_INSTANCE = 511;
  private static final int MAX_LOCATION = 255;
  private static final int MAX_FEATURES = 64;
  private static final int MAX_VERSIONS = 16;

  /** What this node says of itself. */
  static Hello of(LocalNode local, byte[] nonce, @Nullable String challenge) {
    boolean twine = local.features().contains(LocalNode.TWINE1);
    return new Hello(
        List.of(PROTOCOL),
        Base64.getEncoder().encodeToString(local.nodeRandom()),
        local.networkId(),
        local.agent(),
        "",
        local.publicAddress() == null ? "" : local.publicAddress().hostAndPort(),
        local.features(),
        challenge,
        twine ? local.nodeId() : null,
        twine ? nonce : new byte[0]);
  }

  /** Reads the headers of the other side. */
  static Hello read(HttpHeaders headers) {
    List<String> versions = headers.getAll(ACCEPT_VERSION);
    if (versions.isEmpty()) {
      versions = headers.getAll(VERSION);
    }
    Set<String> features = features(headers.get(FEATURES, ""));
    return new Hello(
        versions.stream().limit(MAX_VERSIONS).map(String::trim).toList(),
        headers.get(NODE_RANDOM, "").trim(),
        headers.get(GENESIS, ""),
        PlainText.of(agent(headers), MAX_AGENT),
        PlainText.of(headers.get(INSTANCE_NAME, ""), MAX_INSTANCE),
        PlainText.of(headers.get(LOCATION, ""), MAX_LOCATION),
        features,
        headers.get(IDENTITY),
        features.contains(LocalNode.TWINE1) ? nodeId(headers.get(TWINE_NODE_ID)) : null,
        features.contains(LocalNode.TWINE1) ? Nonce.parse(headers.get(TWINE_NONCE)) : new byte[0]);
  }

  private static String agent(HttpHeaders headers) {
    return headers.get(HttpHeaderNames.USER_AGENT, headers.get(TWINE_AGENT, ""));
  }

  /** The first version of the other side that this node speaks, null if there is none. */
  @Nullable
  String match() {
    return versions.contains(PROTOCOL) ? PROTOCOL : null;
  }

  /** The bytes behind {@link #random}; its characters if they are not base64. */
  byte[] randomBytes() {
    try {
      return Base64.getDecoder().decode(random);
    } catch (IllegalArgumentException e) {
      return random.getBytes(StandardCharsets.UTF_8);
    }
  }

  void write(HttpHeaders headers) {
    headers.set(VERSION, PROTOCOL);
    headers.set(ACCEPT_VERSION, versions);
    headers.set(NODE_RANDOM, random);
    headers.set(GENESIS, genesis);
    headers.set(TELEMETRY_ID, "");
    headers.set(INSTANCE_NAME, instance);
    if (!location.isEmpty()) {
      headers.set(LOCATION, location);
    }
    headers.set(FEATURES, features.stream().sorted().collect(Collectors.joining(",")));
    if (challenge != null) {
      headers.set(IDENTITY, challenge);
    }
    if (claimedId != null) {
      headers.set(TWINE_NODE_ID, claimedId.toString());
      headers.set(TWINE_NONCE, Base64.getEncoder().encodeToString(nonce));
      if (!headers.contains(HttpHeaderNames.USER_AGENT)) {
        headers.set(TWINE_AGENT, agent);
      }
    }
  }

  private static Set<String> features(String list) {
    var features = new LinkedHashSet<String>();
    for (String token : list.split(",", MAX_FEATURES + 1)) {
      if (features.size() < MAX_FEATURES && !token.isBlank()) {
        features.add(token.trim());
      }
    }
    return features;
  }

  private static @Nullable NodeId nodeId(@Nullable String text) {
    try {
      return text == null ? null : NodeId.parse(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
