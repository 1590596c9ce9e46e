package dev.twine.libp2p.core.identify;

import dev.twine.libp2p.core.Multiaddr;
import java.util.List;

/**
 * What this side says about itself.
 *
 * @param protocolVersion the family of networks, such as {@code /my-network/1.0.0}
 * @param agentVersion the program, such as {@code twine/1.0.0}
 * @param listenAddresses the most useful first: what does not fit is left out from the end
 * @param protocols what it accepts streams for
 */
public record LocalIdentity(
    String protocolVersion,
    String agentVersion,
    List<Multiaddr> listenAddresses,
    List<String> protocols) {
  /** The longest version text that is sent. */
  public static final int MAX_TEXT = 256;

  public LocalIdentity {
    listenAddresses = List.copyOf(listenAddresses);
    protocols = List.copyOf(protocols);
    if (protocolVersion.length() > MAX_TEXT || agentVersion.length() > MAX_TEXT) {
      int length = Math.max(protocolVersion.length(), agentVersion.length());
      throw new IllegalArgumentException(
          "version text too long: " + length + " characters: at most " + MAX_TEXT);
    }
  }
}
