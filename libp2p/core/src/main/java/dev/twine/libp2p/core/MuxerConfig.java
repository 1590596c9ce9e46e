package dev.twine.libp2p.core;

/**
 * The settings of one connection's multiplexer.
 *
 * @param refusals counts what the limits refuse
 */
public record MuxerConfig(Limits limits, Refusals refusals) {
  /** All defaults and counters of its own. */
  public static MuxerConfig defaults() {
    return of(Limits.defaults());
  }

  /** Those limits, and counters of its own. */
  public static MuxerConfig of(Limits limits) {
    return new MuxerConfig(limits, new Refusals());
  }
}
