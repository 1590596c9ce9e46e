package dev.twine.libp2p.core.ping;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The protocol {@code /ipfs/ping/1.0.0}: 32 bytes there and back, as often as one likes.
 *
 * <p>An instance answers; the static methods ask. Stateless, any thread.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/ping/ping.md">ping specification</a>
 */
public final class Ping implements StreamProtocol {
  public static final String ID = "/ipfs/ping/1.0.0";

  /** The specification asks listeners to accept two streams of a peer. */
  static final int MAX_INBOUND = 2;

  /** A stream that is silent for longer makes room for another one. */
  static final int IDLE_SECONDS = 60;

  /** Has no state of its own. */
  public Ping() {}

  @Override
  public List<String> ids() {
    return List.of(ID);
  }

  @Override
  public int maxInboundPerConnection() {
    return MAX_INBOUND;
  }

  @Override
  public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
    stream.pipeline().addLast(new ReadTimeoutHandler(IDLE_SECONDS), new PingEcho());
  }

  /**
   * Pings once on a stream of its own, which is closed afterwards; the first bytes travel with the
   * request for the stream.
   *
   * @return the round trip; fails with a {@link dev.twine.libp2p.core.Libp2pException}
   */
  public static CompletableFuture<Duration> ping(Connection connection, Duration deadline) {
    return open(connection, deadline)
        .thenCompose(
            stream -> stream.ping(deadline).whenComplete((rtt, failure) -> stream.close()));
  }

  /**
   * Opens a stream for several pings. Close it.
   *
   * @param deadline for the peer's agreement to the protocol
   */
  public static CompletableFuture<PingStream> open(Connection connection, Duration deadline) {
    PingStream pings = new PingStream(System::nanoTime);
    return connection
        .open(new StreamRequest(List.of(ID), pings, deadline))
        .thenApply(stream -> pings);
  }
}
