package dev.twine.libp2p.core;

/**
 * The settings of one connection's multiplexer.
 *
 * @param limits of one connection
 * @param memory of the connection's peer
 * @param refusals counts what the limits refuse
 */
public record MuxerConfig(Limits.OfConnection limits, MemoryBudget memory, Refusals refusals) {
  /** All defaults, a budget and counters of its own. */
  public static MuxerConfig defaults() {
    return of(Limits.defaults());
  }

  /** Those limits, and a budget and counters of its own. */
  public static MuxerConfig of(Limits limits) {
    Refusals refusals = new Refusals();
    var memory = MemoryBudget.of(limits.host().memory().perPeer(), "memory.perPeer", refusals);
    return new MuxerConfig(limits.connection(), memory, refusals);
  }
}
