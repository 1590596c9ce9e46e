package dev.twine.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.network.TwineException;
import dev.twine.node.FakeNode;
import dev.twine.node.config.HostPort;
import dev.twine.node.text.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
  private static final HostPort FREE = new HostPort("127.0.0.1", 0);

  @TempDir
  private Path directory;

  private final FakeNode node = new FakeNode();
  private AdminServer server;

  @BeforeEach
  void start() {
    server = start(Optional.empty());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aCallIsAnsweredWithItsId() {
    JsonNode answer = call("{\"jsonrpc\":\"2.0\",\"method\":\"id\",\"id\":\"a\"}");

    assertThat(answer.get("id").asText()).isEqualTo("a");
    JsonNode id = answer.get("result");
    assertThat(id.get("nodeId").asText()).isEqualTo(node.nodeId().toString());
    assertThat(id.get("admin").asText()).isEqualTo(server.address().toString());
    assertThat(id.fieldNames())
        .toIterable()
        .containsExactly(
            "nodeId", "networkId", "mode", "ws", "p2p", "admin", "version", "uptimeMillis");
  }

  @Test
  void peersHaveTheFieldsOfTheContract() {
    JsonNode peer = call("{\"jsonrpc\":\"2.0\",\"method\":\"peers.list\",\"id\":1}")
        .get("result")
        .get(0);

    assertThat(peer.fieldNames())
        .toIterable()
        .containsExactly(
            "session",
            "nodeId",
            "transport",
            "direction",
            "address",
            "agent",
            "state",
            "rttMillis",
            "priorityQueue",
            "bulkQueue",
            "queuedBytes",
            "dropped",
            "sentBytes",
            "receivedBytes");
    assertThat(peer.get("state").asText()).isEqualTo("active");
    assertThat(peer.get("direction").asText()).isEqualTo("out");
    assertThat(peer.get("rttMillis").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                                                  | -32700",
        "[]                                                 | -32600",
        "\"id\"                                             | -32600",
        "{\"method\":\"id\",\"id\":1}                       | -32600",
        "{\"jsonrpc\":\"2.0\",\"method\":7,\"id\":1}        | -32600",
        "{\"jsonrpc\":\"2.0\",\"method\":\"id\",\"id\":[]}  | -32600",
        "{\"jsonrpc\":\"2.0\",\"method\":\"no\",\"id\":1}   | -32601",
        "{\"jsonrpc\":\"2.0\",\"method\":\"id\",\"id\":1,\"params\":[1]} | -32602",
        "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\":1,\"params\":{}} | -32602",
        "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\":1,\"params\":{\"peer\":\"x y\"}} | -32000",
      })
  void aBadCallHasTheCodeOfTheSpecification(String body, int code) {
    assertThat(call(body).get("error").get("code").asInt()).isEqualTo(code);
  }

  @Test
  void anErrorOfOursCarriesItsParts() {
    JsonNode error = call("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"peers.connect\","
            + "\"params\":{\"address\":\"127.0.0.1:1\"}}")
        .get("error");

    assertThat(error.get("data").get("code").asText()).isEqualTo("UNREACHABLE");
    assertThat(error.get("data").get("value").asText()).contains("127.0.0.1:1");
  }

  @Test
  void aNotificationHasNoAnswer() {
    String answer = rpc("{\"jsonrpc\":\"2.0\",\"method\":\"id\"}");

    assertThat(answer).startsWith("HTTP/1.1 204");
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "localhost", "127.0.0.1:1", "", "127.0.0.1:PORT.evil"})
  void aHostThatIsNotOursIsRefused(String host) {
    String own = host.replace("PORT", "" + server.address().port());

    assertThat(get("/metrics", "Host: " + own)).startsWith("HTTP/1.1 403");
  }

  @Test
  void twoHostsAreOneTooMany() {
    String own = "Host: " + server.address();

    assertThat(get("/livez", own, own)).startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/readyz", "/metrics", "/events", "/rpc"})
  void anyOriginIsRefused(String path) {
    String own = "Host: " + server.address();

    assertThat(get(path, own, "Origin: http://" + server.address())).startsWith("HTTP/1.1 403");
    assertThat(get(path, own, "Origin: null")).startsWith("HTTP/1.1 403");
  }

  @Test
  void localhostIsOursOnLoopback() {
    assertThat(get("/livez", "Host: localhost:" + server.address().port()))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void aFormOfAWebPageIsNoCall() {
    String request = "POST /rpc HTTP/1.1\r\nHost: " + server.address()
        + "\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

    assertThat(raw(request)).startsWith("HTTP/1.1 415");
  }

  @Test
  void aBodyAboveTheLimitIsRefusedBeforeItComes() {
    String request = "POST /rpc HTTP/1.1\r\nHost: " + server.address()
        + "\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\nConnection: close\r\n\r\n";

    assertThat(raw(request)).startsWith("HTTP/1.1 413");
  }

  @Test
  void headersAboveTheLimitAreRefused() {
    assertThat(get("/livez", "Host: " + server.address(), "X: " + "x".repeat(9_000)))
        .startsWith("HTTP/1.1 4");
  }

  @Test
  void theTokenIsDemandedAndCompared() throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "0123456789abcdef\n");
    try (AdminServer guarded = start(Optional.of(file))) {
      String own = "Host: " + guarded.address();

      assertThat(get(guarded, "/metrics", own)).startsWith("HTTP/1.1 401");
      assertThat(get(guarded, "/metrics", own, "Authorization: Bearer 0123456789abcdee"))
          .startsWith("HTTP/1.1 401");
      assertThat(get(guarded, "/metrics", own, "Authorization: Bearer 0123456789abcdef"))
          .startsWith("HTTP/1.1 200");
      assertThat(get(guarded, "/livez", own)).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void offLoopbackWithoutATokenIsRefused() {
    assertThatThrownBy(
            () -> AdminConfig.of(Optional.of(new HostPort("0.0.0.0", 0)), Optional.empty()))
        .isInstanceOf(TwineException.class)
        .hasMessageContaining("--admin-token-file");
  }

  @Test
  void metricsAreEscaped() {
    String text = get("/metrics", "Host: " + server.address());

    assertThat(text)
        .contains("# TYPE twine_peers gauge\n")
        .contains("twine_peers{transport=\"w\\\"s\\n\"} 1\n")
        .contains("process_cpu_seconds_total")
        .matches(all -> !Files.exists(Path.of("/proc/self/status"))
            || all.contains("\nprocess_resident_memory_bytes "));
  }

  @Test
  void aConnectionTooManyIsClosedAndTheOthersGoOn() throws IOException {
    var sockets = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 80; i++) {
        sockets.add(
            new Socket(InetAddress.getLoopbackAddress(), server.address().port()));
      }
      Socket last = sockets.get(sockets.size() - 1);
      last.setSoTimeout(5_000);
      assertThat(last.getInputStream().read()).isEqualTo(-1);
      Socket first = sockets.get(0);
      first.getOutputStream().write(request("/livez", List.of("Host: " + server.address())));
      first.setSoTimeout(5_000);
      assertThat(new String(first.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 200");
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void aTakenPortIsNamed() {
    var taken = new AdminConfig(server.address(), 0, Optional.empty());

    assertThatThrownBy(() -> AdminServer.start(managed(), taken))
        .isInstanceOf(TwineException.class)
        .hasMessageContaining(server.address().toString());
  }

  @Test
  void theNextFreePortIsTakenIfNoneWasAskedFor() {
    try (var next =
        AdminServer.start(managed(), new AdminConfig(server.address(), 20, Optional.empty()))) {
      assertThat(next.address().port()).isGreaterThan(server.address().port());
    }
  }

  private AdminServer start(Optional<Path> token) {
    return AdminServer.start(managed(), AdminConfig.of(Optional.of(FREE), token));
  }

  private ManagedNode managed() {
    return new ManagedNode(node, node.key, "ws", "1", false, false, System.nanoTime());
  }

  private JsonNode call(String body) {
    String answer = rpc(body);
    return Json.parse(
        answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.UTF_8));
  }

  private String rpc(String body) {
    return raw("POST /rpc HTTP/1.1\r\nHost: " + server.address()
        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
        + "\r\nConnection: close\r\n\r\n" + body);
  }

  private String get(String path, String... headers) {
    return get(server, path, headers);
  }

  private String get(AdminServer to, String path, String... headers) {
    return raw(to, new String(request(path, List.of(headers)), StandardCharsets.US_ASCII));
  }

  private static byte[] request(String path, List<String> headers) {
    return ("GET " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers)
            + "\r\nConnection: close\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private String raw(String request) {
    return raw(server, request);
  }

  private static String raw(AdminServer to, String request) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), to.address().port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
