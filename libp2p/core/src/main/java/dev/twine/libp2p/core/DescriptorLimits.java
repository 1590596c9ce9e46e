package dev.twine.libp2p.core;

import java.time.Duration;

/**
 * Limits of files and sockets of the process.
 *
 * @param reserved descriptors that connections leave free for the rest of the process, at most half
 *     of what it may have; where all others are taken, by whomever, there is no further connection.
 *     Where the system does not tell how many are taken, each host counts its own
 * @param firstPause how long nothing is accepted when accepting has failed; doubled by each failure
 * @param longestPause the longest such time
 */
public record DescriptorLimits(int reserved, Duration firstPause, Duration longestPause) {
  public DescriptorLimits {
    Ranges.check("reserved descriptors", reserved, 0, 1 << 20);
    Ranges.check("pause of accepting", firstPause, Duration.ofMillis(1), Duration.ofMinutes(1));
    Ranges.check("longest pause of accepting", longestPause, firstPause, Duration.ofMinutes(1));
  }

  /** 256 for files, names and outbound connections of others, as go-algorand keeps. */
  public static DescriptorLimits defaults() {
    return new DescriptorLimits(256, Duration.ofMillis(10), Duration.ofSeconds(1));
  }

  public DescriptorLimits withReserved(int value) {
    return new DescriptorLimits(value, firstPause, longestPause);
  }

  public DescriptorLimits withPauses(Duration first, Duration longest) {
    return new DescriptorLimits(reserved, first, longest);
  }
}
