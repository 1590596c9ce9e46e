package dev.twine.libp2p.core;

/**
 * Limits of the bytes in buffers for streams: what was received and is not read, what is queued to
 * be sent, and what windows have grown by, as peers may send that at any time. A buffer that several
 * streams queue counts for each, and in the total too unless they have {@link
 * StreamChannel#SHARED_WRITES}. Windows grow within half of a limit only, so that promises never use up
 * what is needed.
 *
 * <p>Not counted are up to 384 KiB per connection between streams and socket.
 *
 * @param perPeer on all connections of one peer
 * @param total on all connections of a host
 */
public record MemoryLimits(long perPeer, long total) {
  private static final long LEAST = 1 << 20;

  private static final long MOST = 1L << 40;

  private static final long PEER = 64 << 20;

  public MemoryLimits {
    Ranges.check("memory of all peers", total, LEAST, MOST);
    Ranges.check("memory of a peer", perPeer, LEAST, total);
  }

  /**
   * 64 MiB for a peer as go-libp2p, so that one connection can use its windows; a quarter of the
   * JVM's memory for all, but two peers' share at least and 1 GiB at most.
   */
  public static MemoryLimits defaults() {
    long quarter = Runtime.getRuntime().maxMemory() / 4;
    return new MemoryLimits(PEER, Math.max(2 * PEER, Math.min(1L << 30, quarter)));
  }
}
