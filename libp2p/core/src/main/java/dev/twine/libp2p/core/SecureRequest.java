package dev.twine.libp2p.core;

import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a security protocol needs to secure one connection.
 *
 * @param initiator whether this side dialled
 * @param localKey the identity that this side proves
 * @param expectedPeer who must answer; null accepts anybody
 * @param muxers the multiplexers of this side in order of preference, for early negotiation; empty
 *     leaves the multiplexer to multistream-select
 * @param crypto where signatures and other long computations run, never the event loop
 * @param extension more data to carry in the handshake, ignored by peers that do not know it
 */
public record SecureRequest(
    boolean initiator,
    NodeKey localKey,
    @Nullable NodeId expectedPeer,
    List<String> muxers,
    Executor crypto,
    @Nullable HandshakeExtension extension) {
  public SecureRequest {
    muxers = List.copyOf(muxers);
  }

  /**
   * Tells the extension, if there is one, what the peer has offered.
   *
   * @param theirs empty if it made no offer
   * @throws Libp2pException if the extension refuses the peer, or fails
   */
  public void offered(byte[] theirs) {
    if (extension == null) {
      return;
    }
    try {
      extension.received(theirs);
    } catch (Libp2pException refusal) {
      throw refusal;
    } catch (RuntimeException broken) {
      throw new Libp2pException(
          FailureReason.RESET_LOCALLY,
          "the handshake extension of the local side failed",
          broken.toString(),
          "see the cause",
          broken);
    }
  }
}
