package dev.twine.benchmarks;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.twine.interop.PeerUnavailable;
import dev.twine.node.bench.StreamBaseline;
import java.io.IOException;

/** Builds the programs of baselines. */
final class Peers {
  private Peers() {}

  /** Leaves the test out if a tool is missing. */
  static void build(StreamBaseline baseline) throws Exception {
    try {
      baseline.program();
    } catch (IOException failed) {
      if (failed.getCause() instanceof PeerUnavailable) {
        abort(failed.getMessage());
      }
      throw failed;
    }
  }
}
