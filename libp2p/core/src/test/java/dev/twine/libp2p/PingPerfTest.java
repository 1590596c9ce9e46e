package dev.twine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.perf.Perf;
import dev.twine.libp2p.core.perf.PerfResult;
import dev.twine.libp2p.core.perf.PerfRun;
import dev.twine.libp2p.core.ping.Ping;
import dev.twine.libp2p.core.ping.PingStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ping and perf between two hosts over loopback. */
class PingPerfTest {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private Host server;
  private Host client;
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    server = Host.builder().listen("/ip4/127.0.0.1/tcp/0").protocol(new Perf()).start();
    client = Host.builder().start();
    if (!server.protocols().contains(Ping.ID)) {
      server.handle(new Ping());
    }
    connection = client.connect(server.id(), server.addresses()).get(10, SECONDS);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void pingsOneAfterAnotherOnNewStreamsAndLeavesNoneBehind() throws Exception {
    for (int i = 0; i < 20; i++) {
      Duration rtt = Ping.ping(connection, DEADLINE).get(10, SECONDS);
      assertThat(rtt).isPositive().isLessThan(DEADLINE);
    }
    await().atMost(DEADLINE).until(() -> connection.streams().isEmpty());
    Connection accepted = server.connections().iterator().next();
    await().atMost(DEADLINE).until(() -> accepted.streams().isEmpty());
  }

  @Test
  void pingsGoOnOnOneStreamAfterAnotherWasClosed() throws Exception {
    PingStream first = Ping.open(connection, DEADLINE).get(10, SECONDS);
    PingStream second = Ping.open(connection, DEADLINE).get(10, SECONDS);
    first.ping(DEADLINE).get(10, SECONDS);
    second.ping(DEADLINE).get(10, SECONDS);

    first.close();

    for (int i = 0; i < 5; i++) {
      assertThat(second.ping(DEADLINE).get(10, SECONDS)).isPositive();
    }
    second.close();
    assertThat(Ping.ping(connection, DEADLINE).get(10, SECONDS)).isPositive();
  }

  @Test
  void measuresUploadsAndDownloadsOfManyWindows() throws Exception {
    long up = 8 << 20;
    long down = 5_000_001;

    PerfRun both = Perf.run(connection, up, down);
    PerfResult result = both.result().get(30, SECONDS);

    assertThat(result.uploaded()).isEqualTo(up);
    assertThat(result.downloaded()).isEqualTo(down);
    assertThat(result.total()).isPositive();
    PerfResult nothing = Perf.run(connection, 0, 0).result().get(10, SECONDS);
    assertThat(nothing.downloaded()).isZero();
    await().atMost(DEADLINE).until(() -> connection.streams().isEmpty());
  }

  @Test
  void anEndOfTheConnectionFailsWhatIsUnderWay() {
    PerfRun run = Perf.run(connection, 0, -1L >>> 1);
    await().atMost(DEADLINE).until(() -> run.downloaded() > 0);
    CompletableFuture<PerfResult> result = run.result();

    connection.close();

    await().atMost(DEADLINE).until(result::isCompletedExceptionally);
  }
}
