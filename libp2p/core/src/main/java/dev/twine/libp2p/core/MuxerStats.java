package dev.twine.libp2p.core;

/**
 * What one multiplexer has done so far.
 *
 * @param opened streams opened by this side
 * @param accepted streams opened by the peer and accepted
 * @param sentBytes application bytes sent, without headers
 * @param receivedBytes application bytes received, without headers
 * @param windowBytes the sum of the receive windows of the open streams
 */
public record MuxerStats(
    long opened, long accepted, long sentBytes, long receivedBytes, long windowBytes) {}
