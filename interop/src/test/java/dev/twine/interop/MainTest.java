package dev.twine.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import org.junit.jupiter.params.provider.ValueSource;

/** Both roles of each suite with the rendezvous that the suites use. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MainTest {
  private static final String KEY = "a5b50d5e_listener_multiaddr";

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
    await().until(() -> redis.value(KEY) != null);
    assertThat(redis.isList(KEY)).isTrue();
    assertThat(redis.value(KEY)).matches("/ip4/127.0.0.1/tcp/\\d+(/tls)?(/ws)?/p2p/12D3KooW\\w+");

    assertThat(dial("transport", variables)).matches("""
            latency:
              handshake_plus_one_rtt: \\d+\\.\\d{3}
              ping_rtt: \\d+\\.\\d{3}
              unit: ms
            """);
  }

  /** As the documentation of the suite says, and as some of its programs do. */
  @Test
  void aDiallerOfTheTransportSuiteTakesAValueToo() {
    Map<String, String> variables = current("tcp", "noise");
    listen("transport", variables);
    await().until(() -> redis.value(KEY) != null);
    redis.set(KEY, redis.value(KEY));

    assertThat(dial("transport", variables)).startsWith("latency:\n");
  }

  @Test
  void whatAnEarlierRunOfTheSameTestLeftIsNotDialled() {
    redis.push(
        KEY, "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWGC6TvWhfajpgX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5");
    Map<String, String> variables = current("tcp", "noise");
    listen("transport", variables);
    await().until(() -> !redis.value(KEY).contains("/tcp/1/"));

    assertThat(dial("transport", variables)).startsWith("latency:\n");
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
    assertThat(redis.isList(KEY)).isFalse();
    assertThat(output).contains("upload:\n  iterations: 3\n", "download:\n  iterations: 10\n");
    assertThat(output).contains("latency:\n  iterations: 5\n", "  unit: ms\n");
    assertThat(output.split("unit: Gbps")).hasSize(3);
  }

  /** More streams than a host's default limits let a peer open so fast. */
  @Test
  void thousandSamplesOfTheLatencyAreTaken() {
    Map<String, String> variables = current("tcp", "noise");
    List.of("UPLOAD", "DOWNLOAD").forEach(way -> {
      variables.put(way + "_BYTES", "1");
      variables.put(way + "_ITERATIONS", "1");
    });
    variables.put("LATENCY_ITERATIONS", "1000");
    listen("perf", variables);

    assertThat(dial("perf", variables)).contains("latency:\n  iterations: 1000\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TRANSPORT | quic-v1 | not supported: quic-v1: use one of [tcp, ws, wss]",
        "SECURE_CHANNEL | plaintext | not supported: plaintext: use one of [noise, tls]",
        "MUXER | mplex | not supported: mplex: use one of [yamux]",
        "MUXER | null | missing: set the variable",
        "IS_DIALER | yes | not supported: yes: use one of [false, true]",
        "REDIS_ADDR | redis | not HOST:PORT: redis: name both",
        "TEST_TIMEOUT_SECS | soon | not a count: soon: use 0 or more",
      })
  void whatIsNotSupportedIsNamedAndFails(String name, String value, String complaint) {
    Map<String, String> variables = current("tcp", "noise");
    variables.put("IS_DIALER", "true");
    variables.put(name, value);

    assertThat(run(List.of("transport"), variables))
        .isEqualTo("1: " + name + ": " + complaint + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"transport", "perf"})
  void aDiallerWhoseListenerNeverComesFails(String suite) {
    Map<String, String> variables = current("tcp", "noise");
    variables.put("IS_DIALER", "true");
    variables.put("TEST_TIMEOUT_SECS", "1");

    assertThat(run(List.of(suite), variables))
        .isEqualTo("1: no listener: nothing within 1 s: look at its log\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"transport", "perf"})
  void aDiallerWhoseListenerIsGoneFails(String suite) {
    redis.set(KEY, "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWGC6TvWhfajpgX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5");
    Map<String, String> variables = current("tcp", "noise");
    variables.put("IS_DIALER", "true");

    assertThat(run(List.of(suite), variables))
        .startsWith("1: cannot connect: /ip4/127.0.0.1/tcp/1");
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
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = new Main(variables, stream(out), stream(err)).run(arguments);
    assertThat(out.size()).isZero();
    return status + ": " + err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream stream(ByteArrayOutputStream out) {
    return new PrintStream(out, true, StandardCharsets.UTF_8);
  }
}
