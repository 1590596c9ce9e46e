package dev.twine.interop;

import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.perf.Perf;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The dialler of the current performance suite. Each sample is one {@code /perf/1.0.0} stream on a
 * connection that is already there, from its opening to its last byte.
 */
final class PerfSuite {
  private static final long BYTES = 1L << 30;
  private static final int ITERATIONS = 10;
  private static final int LATENCY_ITERATIONS = 100;

  /** Generous: a gibibyte at 100 Mbit/s. */
  private static final Duration SAMPLE_DEADLINE = Duration.ofSeconds(90);

  private PerfSuite() {}

  static void run(Assignment assignment, Environment environment, PrintStream out)
      throws IOException, InterruptedException {
    long upload = environment.count("UPLOAD_BYTES", BYTES);
    long download = environment.count("DOWNLOAD_BYTES", BYTES);
    int uploads = iterations(environment, "UPLOAD_ITERATIONS", ITERATIONS);
    int downloads = iterations(environment, "DOWNLOAD_ITERATIONS", ITERATIONS);
    int latencies = iterations(environment, "LATENCY_ITERATIONS", LATENCY_ITERATIONS);
    try (Host host = assignment.stack().host().start()) {
      Multiaddr address = Multiaddr.parse(assignment.meeting().find(assignment.timeout()));
      Connection connection = Calls.await(host.connect(address), assignment.timeout());
      out.print(throughput(connection, upload, 0, uploads).toYaml("upload", "Gbps", 2));
      out.print(throughput(connection, 0, download, downloads).toYaml("download", "Gbps", 2));
      out.print(latency(connection, latencies).toYaml("latency", "ms", 3));
      out.flush();
    }
  }

  private static int iterations(Environment environment, String name, int otherwise) {
    return (int) Math.max(1, Math.min(environment.count(name, otherwise), 1_000_000));
  }

  private static Quartiles throughput(Connection connection, long up, long down, int iterations)
      throws IOException, InterruptedException {
    double[] samples = new double[iterations];
    for (int i = 0; i < iterations; i++) {
      samples[i] = (up + down) * (double) Byte.SIZE / nanos(connection, up, down);
    }
    return new Quartiles(samples);
  }

  private static Quartiles latency(Connection connection, int iterations)
      throws IOException, InterruptedException {
    double[] samples = new double[iterations];
    for (int i = 0; i < iterations; i++) {
      samples[i] = (double) nanos(connection, 1, 1) / TimeUnit.MILLISECONDS.toNanos(1);
    }
    return new Quartiles(samples);
  }

  private static long nanos(Connection connection, long up, long down)
      throws IOException, InterruptedException {
    long started = System.nanoTime();
    Calls.await(Perf.run(connection, up, down).result(), SAMPLE_DEADLINE);
    return System.nanoTime() - started;
  }
}
