package dev.twine.gossip;

import dev.twine.network.ServiceStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Opens byte streams to the HTTP services of one peer. */
@FunctionalInterface
public interface ServiceRoute {
  /** Returns at once; fails with a {@link dev.twine.network.TwineException} of code UNREACHABLE. */
  CompletableFuture<ServiceStream> open(Duration deadline);
}
