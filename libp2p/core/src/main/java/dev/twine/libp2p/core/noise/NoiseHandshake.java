package dev.twine.libp2p.core.noise;

import dev.twine.identity.NodeId;
import dev.twine.identity.NodePublicKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The handshake as libp2p uses it: Noise XX whose second and third message carry identities. No I/O;
 * each step takes up to a millisecond of processor time. For one thread at a time.
 */
final class NoiseHandshake {
  private static final byte[] NOTHING = {};

  /**
   * What a message led to.
   *
   * @param reply to be sent, if any
   * @param result set by the last step; the reply goes first
   */
  record Step(byte @Nullable [] reply, @Nullable Result result) {}

  /**
   * A finished handshake.
   *
   * @param extension the peer's offer, empty if it made none
   */
  record Result(SecuredPeer peer, HandshakeState.Transport transport, byte[] extension) {}

  private final SecureRequest request;
  private final NoiseIdentity identity;
  private final byte[] offer;
  private final HandshakeState state;

  /**
   * Begins a handshake.
   *
   * @param ephemeral a pair for this handshake alone
   * @param offer of this side's extension, empty for none
   */
  NoiseHandshake(SecureRequest request, NoiseIdentity identity, X25519Key ephemeral, byte[] offer) {
    this.request = request;
    this.identity = identity;
    this.offer = offer;
    this.state = new HandshakeState(
        request.initiator(),
        identity.staticKey(),
        ephemeral,
        new SymmetricState(Ciphers.chosen(), NOTHING));
  }

  /** The initiator's first message, which shows nothing of its identity. */
  Step start() {
    return new Step(state.write(NOTHING), null);
  }

  /**
   * Takes a message of the peer.
   *
   * @throws Libp2pException if the connection has to end
   */
  Step next(byte[] message) {
    try {
      byte[] payload = state.read(message);
      return request.initiator() ? third(payload) : secondOrEnd(payload);
    } catch (NoiseException e) {
      throw bad(e.what(), e);
    }
  }

  private Step third(byte[] payload) {
    HandshakePayload theirs = decode(payload);
    NodePublicKey key = theirs.prove(state.remoteStatic());
    expect(key.nodeId());
    // A list that answers none would make some peers take from it what we do not expect.
    List<String> ours = theirs.muxers().isEmpty() ? List.of() : request.muxers();
    String muxer = muxer(ours, theirs.muxers());
    byte[] reply = state.write(HandshakePayload.of(identity, ours, offer).encode());
    return new Step(reply, result(key, muxer, theirs.extension()));
  }

  private Step secondOrEnd(byte[] payload) {
    if (!state.isComplete()) {
      return new Step(
          state.write(HandshakePayload.of(identity, request.muxers(), offer).encode()), null);
    }
    HandshakePayload theirs = decode(payload);
    NodePublicKey key = theirs.prove(state.remoteStatic());
    expect(key.nodeId());
    String muxer = muxer(theirs.muxers(), request.muxers());
    return new Step(null, result(key, muxer, theirs.extension()));
  }

  private Result result(NodePublicKey key, @Nullable String muxer, byte[] extension) {
    HandshakeState.Transport transport = state.split();
    var binding = Optional.of(transport.handshakeHash());
    SecuredPeer peer = new SecuredPeer(key, key.nodeId(), muxer, binding);
    return new Result(peer, transport, extension);
  }

  private void expect(NodeId proven) {
    NodeId expected = request.expectedPeer();
    if (expected != null && !expected.equals(proven)) {
      throw new Libp2pException(
          FailureReason.WRONG_PEER,
          "another peer answered",
          "expected " + expected + ", proven " + proven,
          "correct the peer ID of the address");
    }
  }

  /** The first of the initiator's that both have; null unless both sides negotiate early. */
  private @Nullable String muxer(List<String> initiators, List<String> responders) {
    if (initiators.isEmpty() || responders.isEmpty()) {
      return null;
    }
    for (String muxer : initiators) {
      if (responders.contains(muxer)) {
        return muxer;
      }
    }
    throw Libp2pException.noCommonProtocol(
        FailureReason.NO_COMMON_MUXER,
        request.muxers(),
        request.initiator() ? responders : initiators);
  }

  private static HandshakePayload decode(byte[] payload) {
    try {
      return HandshakePayload.decode(payload);
    } catch (Libp2pException e) {
      throw bad(e.what() + ", " + e.value(), e);
    }
  }

  static Libp2pException bad(String why, @Nullable Throwable cause) {
    return new Libp2pException(
        FailureReason.BAD_HANDSHAKE,
        "the Noise handshake failed",
        why,
        "the remote side has to speak /noise as libp2p defines it",
        cause);
  }
}
