package dev.twine.libp2p.core.perf;

import java.time.Duration;

/**
 * A finished measurement.
 *
 * @param uploaded bytes sent, without the request
 * @param downloaded bytes received
 * @param total from the request for the stream to the end of the download
 */
public record PerfResult(long uploaded, long downloaded, Duration total) {}
