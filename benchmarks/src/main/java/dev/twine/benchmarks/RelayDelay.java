package dev.twine.benchmarks;

import dev.twine.interop.DelayRelay;
import dev.twine.node.bench.StreamDelay;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Holds bytes back by the relay of the interoperability tests. */
public final class RelayDelay implements StreamDelay {
  /** For {@link java.util.ServiceLoader}. */
  public RelayDelay() {}

  @Override
  public Relay relay(InetSocketAddress target, Duration oneWay) throws IOException {
    DelayRelay relay = DelayRelay.start(target, oneWay);
    return new Relay() {
      @Override
      public int port() {
        return relay.port();
      }

      @Override
      public void close() {
        relay.close();
      }
    };
  }
}
