package dev.twine.interop;

import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.ping.Ping;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The dialler of the transport suites: dials, pings once and prints how long that took. */
final class TransportSuite {
  private TransportSuite() {}

  static void run(Assignment assignment, PrintStream out) throws IOException, InterruptedException {
    try (Host host = assignment.stack().host().start()) {
      Multiaddr address = Multiaddr.parse(assignment.meeting().find(assignment.timeout()));
      long started = System.nanoTime();
      Connection connection = Calls.await(host.connect(address), assignment.timeout());
      Duration ping =
          Calls.await(Ping.ping(connection, assignment.timeout()), assignment.timeout());
      Duration whole = Duration.ofNanos(System.nanoTime() - started);
      out.print(assignment.current() ? yaml(whole, ping) : json(whole, ping));
      out.flush();
    }
  }

  private static String yaml(Duration whole, Duration ping) {
    return "latency:\n"
        + "  handshake_plus_one_rtt: " + millis(whole) + "\n"
        + "  ping_rtt: " + millis(ping) + "\n"
        + "  unit: ms\n";
  }

  /** With the spelling that the runner of the older suite parses. */
  private static String json(Duration whole, Duration ping) {
    return "{\"handshakePlusOneRTTMillis\":" + millis(whole) + ",\"pingRTTMilllis\":" + millis(ping)
        + "}\n";
  }

  private static String millis(Duration duration) {
    double millis = (double) duration.toNanos() / TimeUnit.MILLISECONDS.toNanos(1);
    return String.format(Locale.ROOT, "%.3f", millis);
  }
}
