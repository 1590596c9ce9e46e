package dev.twine.libp2p.core;

import java.time.Duration;

/**
 * Limits of a host's connections.
 *
 * @param totals how many there may be
 * @param sources how many of them may come from one place; loopback is exempt
 * @param water when some are given up
 */
public record ConnectionLimits(Totals totals, Sources sources, Water water) {
  /**
   * How many connections there may be.
   *
   * @param inbound that peers made
   * @param outbound that this host made
   * @param total both
   * @param perPeer to one peer
   */
  public record Totals(int inbound, int outbound, int total, int perPeer) {
    public Totals {
      Ranges.check("connections", total, 1, 1_000_000);
      Ranges.check("inbound connections", inbound, 0, total);
      Ranges.check("outbound connections", outbound, 0, total);
      Ranges.check("connections per peer", perPeer, 1, total);
    }
  }

  /**
   * How many inbound connections may come from one place.
   *
   * @param perAddress of one IPv4 address or one IPv6 /56
   * @param perNetwork of one IPv4 /24 or one IPv6 /48
   * @param acceptsPerSecond how many one address may make, sustained
   * @param acceptBurst how many it may make at once
   */
  public record Sources(int perAddress, int perNetwork, int acceptsPerSecond, int acceptBurst) {
    public Sources {
      Ranges.check("connections per network", perNetwork, 1, 1_000_000);
      Ranges.check("connections per address", perAddress, 1, perNetwork);
      Ranges.check("accepts per second", acceptsPerSecond, 1, 1_000_000);
      Ranges.check("accepts at once", acceptBurst, 1, 1_000_000);
    }
  }

  /**
   * When connections are given up.
   *
   * @param low how many trimming leaves
   * @param high how many start trimming
   * @param grace how long a new one is not trimmed
   */
  public record Water(int low, int high, Duration grace) {
    public Water {
      Ranges.check("high water", high, 1, 1_000_000);
      Ranges.check("low water", low, 0, high);
      Ranges.check("grace", grace, Duration.ZERO, Duration.ofDays(1));
    }

    /** A tenth below where newcomers are refused, or idle connections would keep them out for ever. */
    private Water within(Totals totals) {
      int room = totals.inbound > 0 ? totals.inbound : totals.total;
      int most = Math.min(high, Math.max(1, room - Math.max(1, room / 10)));
      return new Water(Math.min(low, most - most / 9), most, grace);
    }
  }

  public ConnectionLimits {
    Ranges.check("high water", water.high, 1, totals.total);
  }

  /** One host of a public network: 1000 in, 100 out, trimmed from 900 to 800. */
  public static ConnectionLimits defaults() {
    return new ConnectionLimits(
        new Totals(1000, 100, 1100, 8),
        new Sources(8, 32, 1, 10),
        new Water(800, 900, Duration.ofSeconds(60)));
  }

  /** So many, with water marks as {@link #with(Totals)} has them. */
  public ConnectionLimits withTotals(int inbound, int outbound) {
    int sum = Math.addExact(inbound, outbound);
    return with(new Totals(inbound, outbound, sum, Math.min(totals.perPeer, sum)));
  }

  /** Those totals, with water marks below them, so that idle connections make room for newcomers. */
  public ConnectionLimits with(Totals value) {
    return new ConnectionLimits(value, sources, water.within(value));
  }

  public ConnectionLimits withPerPeer(int value) {
    return with(new Totals(totals.inbound, totals.outbound, totals.total, value));
  }

  public ConnectionLimits withPerAddress(int address, int network) {
    return with(new Sources(address, network, sources.acceptsPerSecond, sources.acceptBurst));
  }

  public ConnectionLimits withAcceptRate(int perSecond, int burst) {
    return with(new Sources(sources.perAddress, sources.perNetwork, perSecond, burst));
  }

  public ConnectionLimits withWater(int low, int high, Duration grace) {
    return new ConnectionLimits(totals, sources, new Water(low, high, grace));
  }

  private ConnectionLimits with(Sources value) {
    return new ConnectionLimits(totals, value, water);
  }
}
