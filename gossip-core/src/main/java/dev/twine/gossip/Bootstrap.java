package dev.twine.gossip;

import dev.twine.network.Address;
import dev.twine.network.NodeEvent;
import dev.twine.network.Registration;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks the configured names up, when the node starts and while the mesh has fewer sessions than it
 * wants. A name that cannot be looked up, or has nothing under it, is asked again after a back-off and
 * reported once; what the peerstore knows is dialled meanwhile.
 */
final class Bootstrap {
  private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);

  /** Of one name; whoever runs it has its share of the peerstore besides. */
  static final int MAX_ADDRESSES = 256;

  /** Between two rounds that succeed, as go-algorand's mesh. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Core core;
  private final Mesh mesh;
  private final List<Transport> transports;
  private final List<String> names;
  private final Backoff backoff;
  private final Set<String> failing = new HashSet<>();
  private int failures;
  private boolean running;
  private Registration next = () -> {};

  Bootstrap(Core core, Mesh mesh, List<Transport> transports) {
    this.core = core;
    this.mesh = mesh;
    this.transports = transports;
    names = core.config().traffic().discovery().names();
    MeshConfig config = core.config().traffic().mesh();
    backoff = new Backoff(config.backoffMin(), PAUSE, new Random(config.seed() + 1));
  }

  void start() {
    if (names.isEmpty()) {
      return;
    }
    synchronized (this) {
      running = true;
    }
    round();
  }

  synchronized void close() {
    running = false;
    next.close();
  }

  private void round() {
    List<CompletableFuture<Boolean>> asked =
        mesh.isLacking() ? names.stream().map(this::ask).toList() : List.of();
    CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .thenRun(() -> schedule(asked.stream().allMatch(CompletableFuture::join)));
  }

  /** Completes with whether addresses were found; never fails. */
  private CompletableFuture<Boolean> ask(String name) {
    return lookUp(name).handle((found, failure) -> {
      boolean some = failure == null && !found.isEmpty();
      if (some) {
        List<Address> bounded = found.subList(0, Math.min(MAX_ADDRESSES, found.size()));
        if (bounded.size() < found.size()) {
          core.counters().refused("bootstrap.addresses");
        }
        mesh.learn(bounded, Source.bootstrap(name));
      }
      report(name, some, failure);
      return some;
    });
  }

  private CompletableFuture<List<Address>> lookUp(String name) {
    for (Transport transport : transports) {
      try {
        Optional<CompletableFuture<List<Address>>> answer = transport.lookUp(name);
        if (answer.isPresent()) {
          return answer.get();
        }
      } catch (RuntimeException broken) {
        return CompletableFuture.failedFuture(broken);
      }
    }
    return CompletableFuture.failedFuture(
        new IllegalArgumentException("no transport of this node looks up names of this form"));
  }

  /** Once when a name begins to fail: whoever reads it knows, and nobody is told each minute. */
  private void report(String name, boolean found, @Nullable Throwable failure) {
    core.counters().count(Counters.BOOTSTRAP, "result", found ? "ok" : "failed");
    if (!turnsBad(name, found)) {
      return;
    }
    String why = failure == null
        ? "there are none"
        : String.valueOf(Failures.unwrap(failure).getMessage());
    String text = "no addresses under a bootstrap name: " + name + " (" + why
        + "): check the name and the DNS servers; the node goes on with the peers that it knows";
    LOG.warn("{}", text);
    core.event(new NodeEvent.Warning(core.clock().now(), text));
  }

  private synchronized boolean turnsBad(String name, boolean found) {
    if (found) {
      failing.remove(name);
      return false;
    }
    return failing.add(name);
  }

  private synchronized void schedule(boolean succeeded) {
    if (running) {
      failures = succeeded ? 0 : failures + 1;
      Duration pause = succeeded ? PAUSE : Duration.ofNanos(backoff.nanosAfter(failures));
      next = core.clock().schedule(pause, this::round);
    }
  }
}
