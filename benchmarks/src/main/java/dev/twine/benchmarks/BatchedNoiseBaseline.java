package dev.twine.benchmarks;

import dev.twine.node.bench.BroadcastBaseline;
import dev.twine.node.bench.BroadcastServer;
import java.io.IOException;

/**
 * The ceiling for libp2p: the batches of {@link BatchedBaseline} in as few and as large Noise messages
 * as they fit in, one for many messages and one flush for each batch. The handshake and the cipher are
 * those of a host; streams, queues, filters and accounting it has none.
 */
public final class BatchedNoiseBaseline implements BroadcastBaseline {
  /** For {@link java.util.ServiceLoader}. */
  public BatchedNoiseBaseline() {}

  @Override
  public String name() {
    return "batched-noise";
  }

  @Override
  public Wire wire() {
    return Wire.LIBP2P_STREAM;
  }

  @Override
  public BroadcastServer start() throws IOException {
    return BatchedNoiseServer.start();
  }
}
