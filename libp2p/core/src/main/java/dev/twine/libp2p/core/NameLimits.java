package dev.twine.libp2p.core;

import java.time.Duration;

/**
 * Limits of looking up the names in the addresses of one peer. What goes beyond is left out and
 * counted.
 *
 * @param deadline for all names of one address, however deep they lead
 * @param addresses IPs that are taken of one name
 * @param queries names that are looked up
 * @param depth how far one {@code /dnsaddr} may lead to another
 * @param records TXT records that are looked at
 * @param bytes what these may have together
 */
public record NameLimits(
    Duration deadline, int addresses, int queries, int depth, int records, int bytes) {
  public NameLimits {
    Ranges.check("name deadline", deadline, Duration.ofMillis(1), Duration.ofMinutes(5));
    Ranges.check("addresses of a name", addresses, 1, 1024);
    Ranges.check("name queries", queries, 1, 1024);
    Ranges.check("dnsaddr depth", depth, 1, 16);
    Ranges.check("TXT records", records, 1, 10_000);
    Ranges.check("TXT bytes", bytes, 1, 1 << 20);
  }

  /** 10 s for a server that answers to the second try; 4 and 100 as go-libp2p. */
  public static NameLimits defaults() {
    return new NameLimits(Duration.ofSeconds(10), 8, 32, 4, 100, 16 << 10);
  }

  public NameLimits withDeadline(Duration value) {
    return new NameLimits(value, addresses, queries, depth, records, bytes);
  }

  public NameLimits withAddresses(int value) {
    return new NameLimits(deadline, value, queries, depth, records, bytes);
  }

  /** The limits of {@code /dnsaddr}. */
  public NameLimits withRecords(int newDepth, int newRecords, int newBytes) {
    return new NameLimits(deadline, addresses, queries, newDepth, newRecords, newBytes);
  }

  public NameLimits withQueries(int value) {
    return new NameLimits(deadline, addresses, value, depth, records, bytes);
  }
}
