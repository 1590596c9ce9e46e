package dev.twine.gossip;

import dev.twine.identity.NodeId;
import java.util.Optional;

/** Judges the last step of an identity challenge. Called on a validation thread. */
@FunctionalInterface
public interface IdentityCheck {
  /**
   * Checks the body of an {@code NI} message.
   *
   * @return the node that it proves; empty if it proves nothing
   * @throws RuntimeException if it is malformed or its signature is wrong; the session is then closed
   */
  Optional<NodeId> verify(byte[] body);
}
