package dev.twine.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The program for the public suites where the other side is another library. */
@Tag("interop")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForeignSuiteTest {
  private static final String KEY = "0badcafe_listener_multiaddr";
  private static final Setting TCP = Setting.of("tcp", "noise");
  private static final Setting WSS = TCP.overWss(LoopbackTls.certificate());

  private RespServer redis;

  @BeforeEach
  void startServer() throws IOException {
    redis = RespServer.start();
  }

  @AfterEach
  void stopServer() {
    redis.close();
  }

  static List<Arguments> cells() {
    return Stream.of(Language.values())
        .flatMap(language -> Stream.of(TCP, WSS).map(setting -> arguments(language, setting)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void theDiallersWorkWithAForeignListener(Language language, Setting setting) {
    String address = Peers.get(language, setting).listen();
    redis.push(KEY, address);
    assertThat(dial("transport", setting))
        .contains("handshake_plus_one_rtt: ", "ping_rtt: ", "unit: ms");
    redis.set(KEY, address);
    assertThat(dial("perf", setting))
        .contains("upload:\n  iterations: 2\n", "download:\n", "latency:\n");
  }

  @ParameterizedTest
  @MethodSource("cells")
  void theListenerServesAForeignDialler(Language language, Setting setting)
      throws InterruptedException {
    PeerProcess foreign = Peers.get(language, setting);
    // The peers do look at the certificate.
    var main = new Main(variables(false, setting), LoopbackTls::ends, System.out, System.err);
    Thread listener = new Thread(() -> main.run(List.of("perf")));
    listener.start();
    await().until(() -> redis.value(KEY) != null);

    String address = redis.value(KEY);
    String peer = address.substring(address.lastIndexOf('/') + 1);
    foreign.dial(address);
    assertThat(foreign.ping(peer, 1)).hasSize(1);
    foreign.perf(peer, 1_000_000, 1_000_000);

    listener.interrupt();
    listener.join();
    foreign.awaitClosed(peer);
  }

  private String dial(String suite, Setting setting) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    var main = new Main(variables(true, setting), print, System.err);
    assertThat(main.run(List.of(suite))).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }

  private Map<String, String> variables(boolean dialler, Setting setting) {
    Map<String, String> variables = new HashMap<>();
    variables.put("IS_DIALER", Boolean.toString(dialler));
    variables.put("REDIS_ADDR", redis.hostAndPort());
    variables.put("TEST_KEY", "0badcafe");
    variables.put("TRANSPORT", setting.wss().isPresent() ? "wss" : setting.transport());
    variables.put("SECURE_CHANNEL", setting.security());
    variables.put("MUXER", "yamux");
    variables.put("LISTENER_IP", "127.0.0.1");
    variables.put("UPLOAD_BYTES", "1000000");
    variables.put("DOWNLOAD_BYTES", "1000000");
    variables.put("UPLOAD_ITERATIONS", "2");
    variables.put("DOWNLOAD_ITERATIONS", "2");
    variables.put("LATENCY_ITERATIONS", "3");
    return variables;
  }
}
