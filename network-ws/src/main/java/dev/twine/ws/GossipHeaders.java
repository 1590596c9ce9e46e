package dev.twine.ws;

import io.netty.util.AsciiString;

/**
 * The headers of the gossip upgrade: go-algorand's by their own names, and Twine's two.
 *
 * <p>The latter are sent along with the feature {@code twine1}; other nodes ignore them.
 */
final class GossipHeaders {
  static final AsciiString VERSION = AsciiString.cached("X-Algorand-Version");
  static final AsciiString ACCEPT_VERSION = AsciiString.cached("X-Algorand-Accept-Version");
  static final AsciiString NODE_RANDOM = AsciiString.cached("X-Algorand-NodeRandom");
  static final AsciiString GENESIS = AsciiString.cached("X-Algorand-Genesis");
  static final AsciiString TELEMETRY_ID = AsciiString.cached("X-Algorand-TelId");
  static final AsciiString INSTANCE_NAME = AsciiString.cached("X-Algorand-InstanceName");
  static final AsciiString LOCATION = AsciiString.cached("X-Algorand-Location");
  static final AsciiString FEATURES = AsciiString.cached("X-Algorand-Peer-Features");
  static final AsciiString IDENTITY = AsciiString.cached("X-Algorand-IdentityChallenge");

  /** The node ID that the sender will prove, in base58. */
  static final AsciiString TWINE_NODE_ID = AsciiString.cached("X-Twine-NodeId");

  /** What the sender contributes to the proofs of identity of this session, in base64. */
  static final AsciiString TWINE_NONCE = AsciiString.cached("X-Twine-Nonce");

  /** The user agent again: servers of this protocol send none in their answer. */
  static final AsciiString TWINE_AGENT = AsciiString.cached("X-Twine-Agent");

  /** The one version of the gossip protocol that is spoken today. */
  static final String PROTOCOL = "2.2";

  private GossipHeaders() {}
}
