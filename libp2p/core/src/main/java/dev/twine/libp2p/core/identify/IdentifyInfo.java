package dev.twine.libp2p.core.identify;

import dev.twine.libp2p.core.Multiaddr;
import java.util.List;
import java.util.Optional;

/**
 * What a peer says about itself, and about this side. Nothing of it is proven but the record.
 *
 * <p>Texts are fit to print: bounded, on one line, visible characters only.
 *
 * @param protocolVersion empty if it does not say
 * @param agentVersion empty if it does not say
 * @param listenAddresses at most 64, without the peer's ID on their end
 * @param observedAddress where the peer sees this side
 * @param protocols what it accepts streams for, at most 256
 * @param record its newest signed record
 */
public record IdentifyInfo(
    String protocolVersion,
    String agentVersion,
    List<Multiaddr> listenAddresses,
    Optional<Multiaddr> observedAddress,
    List<String> protocols,
    Optional<PeerRecord> record) {
  /** Of a peer that has said nothing. */
  static final IdentifyInfo UNKNOWN =
      new IdentifyInfo("", "", List.of(), Optional.empty(), List.of(), Optional.empty());

  public IdentifyInfo {
    listenAddresses = List.copyOf(listenAddresses);
    protocols = List.copyOf(protocols);
  }
}
