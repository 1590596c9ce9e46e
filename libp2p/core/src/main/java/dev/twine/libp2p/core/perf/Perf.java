package dev.twine.libp2p.core.perf;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import java.time.Duration;
import java.util.List;

/**
 * The protocol {@code /perf/1.0.0}: an upload, then a download of as many bytes as the client asks
 * for.
 *
 * <p>An instance serves; {@link #run} measures. It makes a host work for whoever asks, so it is not
 * for public nodes.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/perf/perf.md">perf specification</a>
 */
public final class Perf implements StreamProtocol {
  public static final String ID = "/perf/1.0.0";

  /** A transfer without a byte of progress for this long, up to twice of it, is given up. */
  public static final Duration STALL = Duration.ofSeconds(30);

  /** One is the definition of a measurement; more compete, which some wish to see. */
  static final int MAX_INBOUND = 8;

  /** Has no state of its own. */
  public Perf() {}

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
    stream.pipeline().addLast(new PerfServer(STALL));
  }

  /**
   * Starts a measurement. The request and the first of the upload travel with the request for the
   * stream.
   *
   * @param upload bytes to send, not negative
   * @param download bytes to ask for, not negative
   */
  public static PerfRun run(Connection connection, long upload, long download) {
    PerfRun run = new PerfRun(upload, download, STALL, System::nanoTime);
    connection.open(new StreamRequest(List.of(ID), run, STALL)).whenComplete((stream, failure) -> {
      if (failure != null) {
        run.fail(failure);
      }
    });
    return run;
  }
}
