package dev.twine.interop;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.StandardProtocols;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.perf.Perf;
import dev.twine.libp2p.core.perf.PerfRun;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The older performance suite: a server, and a client that prints what it has moved each second and
 * in the end. The final time includes setting up the connection.
 */
final class OlderPerfSuite {
  private static final String DEFAULT_ADDRESS = "0.0.0.0:4001";
  private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(30);

  /** The client is told an IP and a port only, so all servers of the suite have one known key. */
  private static final byte[] SERVER_SEED = new byte[32];

  private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);

  private final PrintStream out;
  private final PrintStream err;
  private final Duration interval;

  OlderPerfSuite(PrintStream out, PrintStream err) {
    this(out, err, REPORT_INTERVAL);
  }

  OlderPerfSuite(PrintStream out, PrintStream err, Duration interval) {
    this.out = out;
    this.err = err;
    this.interval = interval;
  }

  void run(List<String> arguments) throws IOException, InterruptedException {
    Environment flags = parse(arguments);
    if (flags.find("--run-server").isPresent()) {
      serve(flags);
    } else {
      measure(flags);
    }
  }

  private static Environment parse(List<String> arguments) {
    Map<String, String> flags = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      boolean alone = name.equals("--run-server");
      if (!alone && i + 1 == arguments.size()) {
        throw new IllegalArgumentException(name + ": no value: add one");
      }
      flags.put(name, alone ? "true" : arguments.get(++i));
    }
    return new Environment(flags);
  }

  private void serve(Environment flags) throws InterruptedException {
    try (Host host = Host.builder()
        .key(NodeKey.ed25519FromSeed(SERVER_SEED))
        .security(StandardProtocols.tls(), StandardProtocols.noise())
        .protocol(new Perf())
        .limits(Listener.LIMITS)
        .listen(address(flags).toString())
        .start()) {
      err.println("listening on " + host.addresses());
      new CountDownLatch(1).await();
    }
  }

  private static Multiaddr address(Environment flags) {
    InetSocketAddress address = flags.address("--server-address", DEFAULT_ADDRESS);
    String host = address.getHostString();
    return Multiaddr.parse("/ip4/" + host + "/tcp/" + address.getPort());
  }

  private void measure(Environment flags) throws IOException, InterruptedException {
    if (flags.find("--transport").isPresent()) {
      flags.oneOf("--transport", Set.of("tcp"));
    }
    long upload = flags.count("--upload-bytes", 0);
    long download = flags.count("--download-bytes", 0);
    try (Host host = Host.builder().security(StandardProtocols.tls()).start()) {
      long started = System.nanoTime();
      Connection connection = Calls.await(
          host.connect(NodeKey.ed25519FromSeed(SERVER_SEED).nodeId(), List.of(address(flags))),
          CONNECT_DEADLINE);
      PerfRun run = Perf.run(connection, upload, download);
      report(run, started);
    }
  }

  /** Prints what moved in each interval until the end. A run that makes no progress fails by itself. */
  private void report(PerfRun run, long started) throws IOException, InterruptedException {
    long up = 0;
    long down = 0;
    long last = started;
    while (true) {
      try {
        run.result().get(interval.toNanos(), TimeUnit.NANOSECONDS);
        print("final", System.nanoTime() - started, run.uploaded(), run.downloaded());
        return;
      } catch (TimeoutException running) {
        long now = System.nanoTime();
        print("intermediary", now - last, run.uploaded() - up, run.downloaded() - down);
        up = run.uploaded();
        down = run.downloaded();
        last = now;
      } catch (ExecutionException failed) {
        throw Calls.reason(failed);
      }
    }
  }

  private void print(String type, long nanos, long uploaded, long downloaded) {
    double seconds = (double) nanos / TimeUnit.SECONDS.toNanos(1);
    out.printf(
        Locale.ROOT,
        "{\"type\":\"%s\",\"timeSeconds\":%.9f,\"uploadBytes\":%d,\"downloadBytes\":%d}%n",
        type,
        seconds,
        uploaded,
        downloaded);
    out.flush();
  }
}
