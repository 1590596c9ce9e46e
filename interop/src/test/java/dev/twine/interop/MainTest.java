package dev.twine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both roles of each suite with the rendezvous that the suites use. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MainTest {
  private RespServer redis;
  private Thread listener;

  @BeforeEach
  void startServer() throws IOException {
    redis = RespServer.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (listener != null) {
      listener.interrupt();
      listener.join();
    }
    redis.close();
  }

  @ParameterizedTest
  @CsvSource({"tcp,noise", "tcp,tls", "ws,noise", "ws,tls", "wss,noise", "wss,tls"})
  void theDiallerOfTheTransportSuitePrintsItsLatency(String transport, String security) {
    Map<String, String> variables = current(transport, security);
    listen("transport", variables);

    assertThat(dial("transport", variables)).matches("""
            latency:
              handshake_plus_one_rtt: \\d+\\.\\d{3}
              ping_rtt: \\d+\\.\\d{3}
              unit: ms
            """);
    assertThat(redis.value("a5b50d5e_listener_multiaddr"))
        .matches("/ip4/127.0.0.1/tcp/\\d+(/tls)?(/ws)?/p2p/12D3KooW\\w+");
  }

  @Test
  void theOlderTransportSuiteGetsOneLineOfJson() {
    Map<String, String> variables = older();
    listen("transport", variables);

    assertThat(dial("transport", variables))
        .matches(
            "\\{\"handshakePlusOneRTTMillis\":\\d+\\.\\d{3},\"pingRTTMilllis\":\\d+\\.\\d{3}}\n");
  }

  @Test
  void thePerformanceSuiteGetsThreeSections() {
    Map<String, String> variables = current("tcp", "noise");
    variables.put("UPLOAD_BYTES", "1000000");
    variables.put("DOWNLOAD_BYTES", "2000000");
    variables.put("UPLOAD_ITERATIONS", "3");
    variables.put("DOWNLOAD_ITERATIONS", "null");
    variables.put("LATENCY_ITERATIONS", "5");
    listen("perf", variables);

    String output = dial("perf", variables);
    assertThat(output).contains("upload:\n  iterations: 3\n", "download:\n  iterations: 10\n");
    assertThat(output).contains("latency:\n  iterations: 5\n", "  unit: ms\n");
    assertThat(output.split("unit: Gbps")).hasSize(3);
  }

  @Test
  void whatIsNotSupportedIsNamedAndFails() {
    Map<String, String> variables = current("quic-v1", "noise");

    assertThat(run(List.of("transport"), variables))
        .isEqualTo("1: TRANSPORT: not supported: quic-v1: use one of [tcp, ws, wss]\n");
  }

  @Test
  void withoutVariablesTheFirstMissingOneIsNamed() {
    assertThat(run(List.of("transport"), Map.of()))
        .isEqualTo("1: is_dialer: missing: set the variable\n");
  }

  @Test
  void aListenerOfTheOlderSuiteFailsWhenNobodyEndsIt() {
    Map<String, String> variables = older();
    variables.put("is_dialer", "false");
    variables.put("test_timeout_seconds", "1");

    assertThat(run(List.of("transport"), variables))
        .isEqualTo("1: nobody ended the listener within 1 s\n");
  }

  private Map<String, String> current(String transport, String security) {
    Map<String, String> variables = new HashMap<>();
    variables.put("REDIS_ADDR", redis.hostAndPort());
    variables.put("TEST_KEY", "a5b50d5e");
    variables.put("TRANSPORT", transport);
    variables.put("SECURE_CHANNEL", security);
    variables.put("MUXER", "yamux");
    variables.put("LISTENER_IP", "127.0.0.1");
    variables.put("DEBUG", "false");
    return variables;
  }

  private Map<String, String> older() {
    Map<String, String> variables = new HashMap<>();
    variables.put("redis_addr", redis.hostAndPort());
    variables.put("transport", "tcp");
    variables.put("security", "noise");
    variables.put("muxer", "yamux");
    variables.put("ip", "127.0.0.1");
    return variables;
  }

  private void listen(String suite, Map<String, String> variables) {
    Map<String, String> own = new HashMap<>(variables);
    own.put(own.containsKey("TEST_KEY") ? "IS_DIALER" : "is_dialer", "false");
    listener = new Thread(() -> new Main(own, System.out, System.err).run(List.of(suite)));
    listener.start();
  }

  private static String dial(String suite, Map<String, String> variables) {
    Map<String, String> own = new HashMap<>(variables);
    own.put(own.containsKey("TEST_KEY") ? "IS_DIALER" : "is_dialer", "true");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status = new Main(own, stream(out), System.err).run(List.of(suite));
    assertThat(status).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The exit status and what was complained of. */
  private static String run(List<String> arguments, Map<String, String> variables) {
    Map<String, String> own = new HashMap<>(variables);
    if (own.containsKey("TEST_KEY")) {
      own.put("IS_DIALER", "true");
    }
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = new Main(own, stream(new ByteArrayOutputStream()), stream(err)).run(arguments);
    return status + ": " + err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream stream(ByteArrayOutputStream out) {
    return new PrintStream(out, true, StandardCharsets.UTF_8);
  }
}
