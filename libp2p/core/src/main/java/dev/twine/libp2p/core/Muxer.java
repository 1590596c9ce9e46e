package dev.twine.libp2p.core;

import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Future;

/** The streams of one connection. Any thread may call any method. */
public interface Muxer {
  /**
   * Opens a stream without waiting for the peer: the first bytes written to it travel with the
   * request to open.
   *
   * <p>The initializer is in the stream's pipeline before the stream is registered. The future
   * completes on the event loop, at once if called there, unless the peer has too many streams to
   * acknowledge: then it waits, in order, until there are fewer. It fails with {@link
   * FailureReason#LIMIT}, {@link FailureReason#GO_AWAY} or {@link FailureReason#CLOSED}. Cancelling
   * it ends the wait.
   */
  Future<StreamChannel> open(ChannelHandler initializer);

  /** The number of streams that are not closed. */
  int streams();

  /** The round trip time in nanoseconds, measured by the multiplexer's own pings; 0 if unknown. */
  long rttNanos();

  /** Tells the peer that no further stream will be opened or accepted. Open streams go on. */
  void goAway();

  /**
   * Whether no further stream can be opened: either side goes away, or no number is left for one.
   * It does not change back.
   */
  boolean isGoingAway();

  MuxerStats stats();
}
