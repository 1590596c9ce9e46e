package dev.twine.libp2p;

import java.util.Map;

/**
 * A snapshot of a host.
 *
 * @param inbound open connections that peers made, those in their handshake included
 * @param outbound open connections that this host made, those in their handshake included
 * @param handshakes inbound connections in their handshake
 * @param peers connected peers
 * @param memoryBytes what the buffers and windows of streams are charged with
 * @param refusals what limits and gates refused since the start, by name
 */
public record HostStats(
    int inbound,
    int outbound,
    int handshakes,
    int peers,
    long memoryBytes,
    Map<String, Long> refusals) {
  static HostStats of(HostParts parts) {
    Admission admission = parts.admission();
    return new HostStats(
        admission.inbound(),
        admission.outbound(),
        admission.pending(),
        parts.table().peers().size(),
        parts.memory().used(),
        parts.refusals().snapshot());
  }
}
