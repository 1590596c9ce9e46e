package dev.twine.interop;

import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.ConnectionLimits;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.RateLimits;
import dev.twine.libp2p.core.perf.Perf;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The side that is dialled: leaves its address and answers until the suite ends it. */
final class Listener {
  /** Suites dial a hundred times in a row from one machine, and open a stream for each sample. */
  static final Limits LIMITS = Limits.defaults()
      .with(ConnectionLimits.defaults().withAcceptRate(1000, 1000).withPerAddress(1000, 1000))
      .with(RateLimits.defaults().withOpens(100_000, 100_000));

  private Listener() {}

  static void run(Assignment assignment) throws IOException, InterruptedException {
    try (Host host = assignment
        .stack()
        .listening(assignment.ip())
        .protocol(new Perf())
        .limits(LIMITS)
        .start()) {
      assignment.meeting().publish(reachable(host), assignment.timeout());
      CountDownLatch never = new CountDownLatch(1);
      if (assignment.current()) {
        never.await();
      } else if (!never.await(assignment.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "nobody ended the listener within " + assignment.timeout().toSeconds() + " s");
      }
    }
  }

  /** An address for other machines, if there is one. */
  static String reachable(Host host) {
    List<Multiaddr> addresses = host.addresses();
    return addresses.stream()
        .filter(address -> !address.toString().startsWith("/ip4/127."))
        .filter(address -> address.toString().startsWith("/ip4/"))
        .findFirst()
        .orElse(addresses.get(0))
        .withPeer(host.id())
        .toString();
  }
}
