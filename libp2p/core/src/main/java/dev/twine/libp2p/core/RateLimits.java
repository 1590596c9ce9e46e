package dev.twine.libp2p.core;

/**
 * How often a peer may make a multiplexer work, on one connection.
 *
 * @param opensPerSecond how many streams the peer may open, sustained; further ones are refused
 * @param opensBurst how many it may open at once
 * @param resetsPer10Seconds resets by the peer beyond which the connection ends
 * @param refusalsPer10Seconds refused streams beyond which the connection ends
 * @param pingsPerSecond pings of the peer's that are answered, sustained; further ones end the
 *     connection
 * @param pingsBurst how many are answered at once
 */
public record RateLimits(
    int opensPerSecond,
    int opensBurst,
    int resetsPer10Seconds,
    int refusalsPer10Seconds,
    int pingsPerSecond,
    int pingsBurst) {
  private static final int MOST = 1_000_000;

  public RateLimits {
    Ranges.check("stream opens per second", opensPerSecond, 1, MOST);
    Ranges.check("stream opens at once", opensBurst, 1, MOST);
    Ranges.check("stream resets in 10 s", resetsPer10Seconds, 1, 10 * MOST);
    Ranges.check("refused streams in 10 s", refusalsPer10Seconds, 1, 10 * MOST);
    Ranges.check("pings per second", pingsPerSecond, 1, MOST);
    Ranges.check("pings at once", pingsBurst, 1, MOST);
  }

  /**
   * At once as many streams as may be open, 100 a second after that. 200 resets are more than
   * protocols that give up make, and few enough to be cheap. A peer that ignores 10,000 refusals
   * costs some ten milliseconds and will not learn. Others ping once in 10 to 30 s.
   */
  public static RateLimits defaults() {
    return new RateLimits(100, 256, 200, 10_000, 10, 20);
  }

  public RateLimits withOpens(int perSecond, int burst) {
    return new RateLimits(
        perSecond, burst, resetsPer10Seconds, refusalsPer10Seconds, pingsPerSecond, pingsBurst);
  }

  public RateLimits withEndings(int resets, int refusals) {
    return new RateLimits(opensPerSecond, opensBurst, resets, refusals, pingsPerSecond, pingsBurst);
  }

  public RateLimits withPings(int perSecond, int burst) {
    return new RateLimits(
        opensPerSecond, opensBurst, resetsPer10Seconds, refusalsPer10Seconds, perSecond, burst);
  }
}
