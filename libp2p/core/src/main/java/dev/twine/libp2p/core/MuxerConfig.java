package dev.twine.libp2p.core;

/**
 * The settings of one connection's multiplexer.
 *
 * @param refusals counts what the limits refuse
 */
public record MuxerConfig(
    StreamLimits streams, WindowLimits windows, KeepAlive keepAlive, Refusals refusals) {
  /** All defaults and counters of its own. */
  public static MuxerConfig defaults() {
    return new MuxerConfig(
        StreamLimits.defaults(), WindowLimits.defaults(), KeepAlive.defaults(), new Refusals());
  }
}
