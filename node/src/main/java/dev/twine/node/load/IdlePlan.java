package dev.twine.node.load;

import java.util.List;

/**
 * What the benchmark of idle connections measures.
 *
 * @param kinds of connections, in the order of the rows
 * @param peers connections of each that are counted
 */
public record IdlePlan(List<Kind> kinds, int peers) {
  /** Connections in place before the count begins, so that what is loaded once is not counted. */
  static final int FIRST = 64;

  /** Who listens. */
  public enum Server {
    /** A host of {@code libp2p/core}. */
    LIBP2P,
    /** A node of {@code network-ws}. */
    WS,
    /** Netty alone. */
    TCP
  }

  /**
   * One kind of connection.
   *
   * @param security noise, tls, or none
   */
  public record Kind(Server server, String security) {
    @Override
    public String toString() {
      return server.name().toLowerCase(java.util.Locale.ROOT) + " " + security;
    }
  }

  public IdlePlan {
    kinds = List.copyOf(kinds);
  }
}
