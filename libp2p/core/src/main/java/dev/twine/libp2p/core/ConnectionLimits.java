package dev.twine.libp2p.core;

import java.time.Duration;

/**
 * Limits of a host's connections.
 *
 * @param inbound connections that peers made
 * @param outbound connections that this host made
 * @param total both
 * @param perPeer connections to one peer
 * @param perAddress inbound connections of one IPv4 address or one IPv6 /56; loopback is exempt
 * @param perNetwork inbound connections of one IPv4 /24 or one IPv6 /48; loopback is exempt
 * @param acceptsPerSecond how many connections one address may make, sustained; loopback is exempt
 * @param acceptBurst how many it may make at once
 * @param lowWater how many connections trimming leaves
 * @param highWater how many connections start trimming
 * @param grace how long a new connection is not trimmed
 */
public record ConnectionLimits(
    int inbound,
    int outbound,
    int total,
    int perPeer,
    int perAddress,
    int perNetwork,
    int acceptsPerSecond,
    int acceptBurst,
    int lowWater,
    int highWater,
    Duration grace) {
  public ConnectionLimits {
    Ranges.check("connections", total, 1, 1_000_000);
    Ranges.check("inbound connections", inbound, 0, total);
    Ranges.check("outbound connections", outbound, 0, total);
    Ranges.check("connections per peer", perPeer, 1, total);
    Ranges.check("connections per network", perNetwork, 1, 1_000_000);
    Ranges.check("connections per address", perAddress, 1, perNetwork);
    Ranges.check("accepts per second", acceptsPerSecond, 1, 1_000_000);
    Ranges.check("accepts at once", acceptBurst, 1, 1_000_000);
    Ranges.check("high water", highWater, 1, total);
    Ranges.check("low water", lowWater, 0, highWater);
    Ranges.check("grace", grace, Duration.ZERO, Duration.ofDays(1));
  }

  /** One host of a public network: 1000 in, 100 out, trimmed from 1000 to 800. */
  public static ConnectionLimits defaults() {
    return new ConnectionLimits(
        1000, 100, 1100, 8, 8, 32, 1, 10, 800, 1000, Duration.ofSeconds(60));
  }

  public ConnectionLimits withTotals(int newInbound, int newOutbound) {
    int sum = Math.addExact(newInbound, newOutbound);
    int high = Math.min(highWater, sum);
    return new ConnectionLimits(
        newInbound,
        newOutbound,
        sum,
        Math.min(perPeer, sum),
        perAddress,
        perNetwork,
        acceptsPerSecond,
        acceptBurst,
        Math.min(lowWater, high),
        high,
        grace);
  }

  public ConnectionLimits withWater(int low, int high, Duration newGrace) {
    return new ConnectionLimits(
        inbound,
        outbound,
        total,
        perPeer,
        perAddress,
        perNetwork,
        acceptsPerSecond,
        acceptBurst,
        low,
        high,
        newGrace);
  }

  public ConnectionLimits withPerPeer(int value) {
    return new ConnectionLimits(
        inbound,
        outbound,
        total,
        value,
        perAddress,
        perNetwork,
        acceptsPerSecond,
        acceptBurst,
        lowWater,
        highWater,
        grace);
  }

  public ConnectionLimits withPerAddress(int address, int network) {
    return new ConnectionLimits(
        inbound,
        outbound,
        total,
        perPeer,
        address,
        network,
        acceptsPerSecond,
        acceptBurst,
        lowWater,
        highWater,
        grace);
  }

  public ConnectionLimits withAcceptRate(int perSecond, int burst) {
    return new ConnectionLimits(
        inbound,
        outbound,
        total,
        perPeer,
        perAddress,
        perNetwork,
        perSecond,
        burst,
        lowWater,
        highWater,
        grace);
  }
}
