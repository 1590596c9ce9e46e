package dev.twine.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server and the client of the older performance suite against each other. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OlderPerfSuiteTest {
  private static final Pattern LISTENING =
      Pattern.compile("listening on \\[/ip4/[0-9.]+/tcp/(\\d+)");
  private static final Pattern LINE = Pattern.compile(
      "\\{\"type\":\"(\\w+)\",\"timeSeconds\":([0-9.]+),\"uploadBytes\":(\\d+),\"downloadBytes\":(\\d+)}");

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Thread server = new Thread(() -> new Main(Map.of(), System.out, stream(said))
      .run(List.of("--run-server", "--server-address", "127.0.0.1:0")));

  /** A line of the client. */
  record Line(String type, double seconds, long uploaded, long downloaded) {}

  @BeforeEach
  void startServer() {
    server.start();
    await().until(() -> said.toString(StandardCharsets.UTF_8).contains("listening on"));
  }

  @AfterEach
  void stopServer() throws InterruptedException {
    server.interrupt();
    server.join();
  }

  @Test
  void theClientEndsWithTheAmountsAndTheTimeOfEverything() {
    List<Line> lines = measure(
        "--server-address",
        "127.0.0.1:" + port(),
        "--transport",
        "tcp",
        "--upload-bytes",
        "3000000",
        "--download-bytes",
        "5000000");

    Line last = lines.get(lines.size() - 1);
    assertThat(last.type()).isEqualTo("final");
    assertThat(last.uploaded()).isEqualTo(3_000_000);
    assertThat(last.downloaded()).isEqualTo(5_000_000);
    assertThat(last.seconds()).isPositive();
  }

  @Test
  void whatTheRunnerMayLeaveOutHasItsDefault() {
    List<Line> lines = measure("--server-address", "127.0.0.1:" + port());

    assertThat(lines).hasSize(1);
    assertThat(lines.get(0).uploaded()).isZero();
    assertThat(lines.get(0).downloaded()).isZero();
  }

  /** Loopback is exempt from the rate of a host's default limits, the machines of the suite are not. */
  @Test
  void oneServerServesManyClientsInARow() {
    assertThat(Listener.LIMITS.host().connections().sources().acceptsPerSecond())
        .isEqualTo(1000);
    for (int i = 0; i < 12; i++) {
      assertThat(measure("--server-address", "127.0.0.1:" + port(), "--upload-bytes", "1"))
          .hasSize(1);
    }
  }

  @Test
  void whatMovedSinceTheLastLineIsPrintedOnTheWay() throws Exception {
    Duration oneWay = Duration.ofMillis(40);
    InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DelayRelay relay = DelayRelay.start(target, oneWay)) {
      new OlderPerfSuite(stream(out), System.err, Duration.ofMillis(10))
          .run(List.of(
              "--server-address",
              "127.0.0.1:" + relay.port(),
              "--upload-bytes",
              "400000",
              "--download-bytes",
              "400000"));
    }
    List<Line> lines = parse(out);
    Line last = lines.get(lines.size() - 1);
    List<Line> before = lines.subList(0, lines.size() - 1);

    assertThat(before).hasSizeGreaterThan(2).allMatch(line -> line.type().equals("intermediary"));
    assertThat(before.stream().mapToLong(Line::uploaded).sum()).isEqualTo(400_000);
    assertThat(before.stream().mapToLong(Line::downloaded).sum()).isBetween(0L, 400_000L);
    assertThat(before.stream().mapToDouble(Line::seconds).sum()).isLessThan(last.seconds());
    assertThat(last.type()).isEqualTo("final");
    assertThat(last.uploaded()).isEqualTo(400_000);
    assertThat(last.downloaded()).isEqualTo(400_000);
  }

  @Test
  void anotherTransportIsRefusedByName() {
    ByteArrayOutputStream complaint = new ByteArrayOutputStream();

    int status = new Main(Map.of(), System.out, stream(complaint))
        .run(List.of("--server-address", "127.0.0.1:1", "--transport", "quic-v1"));
    assertThat(status).isEqualTo(1);
    assertThat(complaint.toString(StandardCharsets.UTF_8))
        .isEqualTo("--transport: not supported: quic-v1: use one of [tcp]\n");
  }

  private static List<Line> measure(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status = new Main(Map.of(), stream(out), System.err).run(List.of(arguments));
    assertThat(status).isZero();
    return parse(out);
  }

  private static List<Line> parse(ByteArrayOutputStream out) {
    List<Line> lines = new ArrayList<>();
    out.toString(StandardCharsets.UTF_8).lines().forEach(text -> {
      Matcher line = LINE.matcher(text);
      assertThat(line.matches()).as(text).isTrue();
      lines.add(new Line(
          line.group(1),
          Double.parseDouble(line.group(2)),
          Long.parseLong(line.group(3)),
          Long.parseLong(line.group(4))));
    });
    return lines;
  }

  private int port() {
    Matcher address = LISTENING.matcher(said.toString(StandardCharsets.UTF_8));
    assertThat(address.find()).isTrue();
    return Integer.parseInt(address.group(1));
  }

  private static PrintStream stream(ByteArrayOutputStream out) {
    return new PrintStream(out, true, StandardCharsets.UTF_8);
  }
}
