package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.network.Address;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The upgrade as a listener judges it, byte by byte. */
@Timeout(30)
class ServerHandshakeTest {
  private static final String LINE = "GET /v1/net%2F1/gossip HTTP/1.1";

  private static FakeContext context;
  private static WsTransport transport;
  private static Address address;

  @BeforeAll
  static void start() {
    context = new FakeContext("net/1", 1);
    transport = new WsTransport(WsConfig.listening("127.0.0.1", 0));
    address = transport.listen(context).get(0);
  }

  @AfterAll
  static void stop() {
    transport.close();
    context.close();
  }

  @BeforeEach
  void forget() {
    context.sessions.clear();
    context.refusals.clear();
    context.room = 1_000;
  }

  private static int statusOf(String line, Map<String, String> headers) throws IOException {
    try (var http = new RawHttp(address)) {
      http.send(RawHttp.request(line, headers));
      return http.status();
    }
  }

  @Test
  void answersWithItsOwnHeaders() throws IOException {
    try (var http = new RawHttp(address)) {
      http.send(RawHttp.request(LINE, RawHttp.upgradeHeaders()));
      String head = http.head();

      assertThat(head).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
      assertThat(head.lines())
          .contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
          .contains("X-Algorand-Version: 2.2")
          .contains("X-Algorand-Accept-Version: 2.2")
          .contains("X-Algorand-Genesis: net/1")
          .contains("X-Algorand-Peer-Features: ppzstd,twine1")
          .contains("X-Algorand-NodeRandom: "
              + Base64.getEncoder().encodeToString(context.local().nodeRandom()));
      await().until(() -> context.sessions.size() == 1);
      assertThat(context.sessions.get(0).terms.twine1()).isFalse();
      assertThat(context.sessions.get(0).terms.claimedId()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET /v1/other/gossip HTTP/1.1, 412",
    "GET /v1//gossip HTTP/1.1, 404",
    "GET /v1/net/gossip/ HTTP/1.1, 404",
    "GET /v1/net/1/gossip HTTP/1.1, 404",
    "GET /v2/net/gossip HTTP/1.1, 404",
    "GET /v1/%zz/gossip HTTP/1.1, 400",
    "GET / HTTP/1.1, 404",
    "PRI * HTTP/2.0, 400",
    "POST /v1/net%2F1/gossip HTTP/1.1, 405",
    "GET /v1/net%2F1/gossip HTTP/1.0, 400",
  })
  void refusesOtherRequestLines(String line, int status) throws IOException {
    assertThat(statusOf(line, RawHttp.upgradeHeaders())).isEqualTo(status);
    assertThat(context.sessions).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "X-Algorand-Accept-Version, 2.1,        412, version",
        "X-Algorand-Accept-Version, 3,          412, version",
        "X-Algorand-NodeRandom,     -,          412, node-random",
        "Upgrade,                   -,          400, upgrade",
        "Upgrade,                   h2c,        400, upgrade",
        "Connection,                keep-alive, 400, upgrade",
        "Sec-WebSocket-Version,     8,          400, upgrade",
        "Sec-WebSocket-Version,     -,          400, upgrade",
        "Sec-WebSocket-Key,         -,          400, upgrade",
        "Sec-WebSocket-Key,         dGhlIHNh,   400, upgrade",
        "Sec-WebSocket-Key,         !!!,        400, upgrade",
        "Origin,                    http://x.y, 403, origin",
        "Origin,                    null,       403, origin",
        "Content-Length,            5,          400, upgrade",
        "Transfer-Encoding,         chunked,    400, upgrade",
        "X-Algorand-IdentityChallenge, %%%,     400, identity",
        "X-Algorand-IdentityChallenge, gaFhAQ==, 400, identity",
      })
  void refusesMalformedHeaders(String name, String value, int status, String reason)
      throws IOException {
    Map<String, String> headers = RawHttp.upgradeHeaders();
    if (value == null) {
      headers.remove(name);
    } else {
      headers.put(name, value);
    }

    assertThat(statusOf(LINE, headers)).isEqualTo(status);
    assertThat(context.refusals).containsExactly(reason);
    assertThat(context.sessions).isEmpty();
    await().untilAsserted(() -> assertThat(context.permits).hasValue(0));
  }

  @Test
  void refusesItself() throws IOException {
    Map<String, String> headers = RawHttp.upgradeHeaders();
    String random = Base64.getEncoder().encodeToString(context.local().nodeRandom());
    headers.put("X-Algorand-NodeRandom", random);

    assertThat(statusOf(LINE, headers)).isEqualTo(508);
  }

  @Test
  void fallsBackToTheVersionHeader() throws IOException {
    Map<String, String> headers = RawHttp.upgradeHeaders();
    headers.remove("X-Algorand-Accept-Version");

    assertThat(statusOf(LINE, headers)).isEqualTo(101);
  }

  @Test
  void takesTheVersionItKnowsAmongSeveral() throws IOException {
    try (var http = new RawHttp(address)) {
      String request = RawHttp.request(LINE, RawHttp.upgradeHeaders());
      http.send(request.replace(
          "X-Algorand-Accept-Version: 2.2",
          "X-Algorand-Accept-Version: 9.9\r\nX-Algorand-Accept-Version: 2.2"));

      assertThat(http.status()).isEqualTo(101);
    }
  }

  @Test
  void judgesRoomBeforeVersionBeforeNetworkBeforeRandom() throws IOException {
    Map<String, String> headers = RawHttp.upgradeHeaders();
    headers.put("X-Algorand-Accept-Version", "1");
    headers.remove("X-Algorand-NodeRandom");
    headers.remove("Sec-WebSocket-Key");
    String other = "GET /v1/other/gossip HTTP/1.1";
    context.room = 0;
    assertThat(statusOf(other, headers)).isEqualTo(503);
    context.room = 1_000;
    assertThat(statusOf(other, headers)).isEqualTo(412);
    headers.put("X-Algorand-Accept-Version", "2.2");
    assertThat(statusOf(other, headers)).isEqualTo(412);
    assertThat(statusOf(LINE, headers)).isEqualTo(412);
    headers.put("X-Algorand-NodeRandom", "AAAA");
    assertThat(statusOf(LINE, headers)).isEqualTo(400);

    assertThat(context.refusals)
        .containsExactly("sessions.total", "version", "network", "node-random", "upgrade");
  }

  @Test
  void refusesFramesThatComeBeforeTheAnswer() throws IOException {
    try (var http = new RawHttp(address)) {
      byte[] head =
          RawHttp.request(LINE, RawHttp.upgradeHeaders()).getBytes(StandardCharsets.US_ASCII);
      byte[] frame = ByteBufUtil.getBytes(Frames.binary(Frames.message("TX", 10), true));
      byte[] both = new byte[head.length + frame.length];
      System.arraycopy(head, 0, both, 0, head.length);
      System.arraycopy(frame, 0, both, head.length, frame.length);
      http.send(both);

      assertThat(http.status()).isEqualTo(400);
      assertThat(context.refusals).containsExactly("early-frames");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4_097, 20_000, 200_000})
  void refusesHeadersAboveFourKibibytes(int length) throws IOException {
    Map<String, String> headers = RawHttp.upgradeHeaders();
    headers.put("X-Filler", "x".repeat(length));

    assertThat(statusOf(LINE, headers)).isEqualTo(431);
    assertThat(context.refusals).containsExactly("header-size");
  }

  @Test
  void refusesALineAboveFourKibibytes() throws IOException {
    assertThat(statusOf("GET /" + "x".repeat(5_000) + " HTTP/1.1", Map.of())).isEqualTo(414);
  }

  @Test
  void answersStatusEvenWhenThereIsNoRoomForSessions() throws IOException {
    context.room = 0;

    assertThat(statusOf("GET /status HTTP/1.1", Map.of("Host", "x"))).isEqualTo(200);
  }
}
