package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.gossip.Limits;
import dev.twine.network.Address;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers may take of a listener. */
@Timeout(60)
class ReceptionTest {
  private static final String UPGRADE = "GET /v1/net%2F1/gossip HTTP/1.1";

  private final FakeContext context = new FakeContext("net/1", 1);
  private WsTransport transport;

  @AfterEach
  void stop() {
    transport.close();
    context.close();
  }

  private Address listen(WsConfig config) {
    transport = new WsTransport(config);
    return transport.listen(context).get(0);
  }

  private static Limits.Sessions sessions(int pending, Duration handshake, boolean exempt) {
    Limits.Sessions defaults = Limits.defaults().sessions();
    return new Limits.Sessions(
        defaults.total(),
        defaults.perAddress(),
        exempt,
        defaults.unidentified(),
        pending,
        handshake);
  }

  @Test
  void answersTooManyConnectionsOfOneAddressWith429ThenNotAtAll() throws IOException {
    context.limits = Limits.defaults().withSessions(sessions(64, Duration.ofSeconds(10), false));
    context.timeStandsStill = true;
    Address address = listen(WsConfig.listening("127.0.0.1", 0).withConnectionsPerSecond(20));
    List<RawHttp> sockets = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      sockets.add(new RawHttp(address));
    }
    await().until(() -> context.refusals.size() >= 1);

    int answered = 0;
    int cut = 0;
    for (RawHttp socket : sockets.subList(20, 60)) {
      byte[] rest = socket.rest();
      if (new String(rest, java.nio.charset.StandardCharsets.US_ASCII).startsWith("HTTP/1.1 429")) {
        answered++;
      } else if (rest.length == 0) {
        cut++;
      }
    }
    assertThat(answered).isEqualTo(20);
    assertThat(cut).isEqualTo(20);
    assertThat(context.refusals).hasSize(40).containsOnly("connection-rate");
    for (RawHttp socket : sockets) {
      socket.close();
    }
  }

  @Test
  void endsAHandshakeThatTakesTooLong() throws IOException {
    context.limits = Limits.defaults().withSessions(sessions(64, Duration.ofMillis(200), true));
    Address address = listen(WsConfig.listening("127.0.0.1", 0));
    try (var silent = new RawHttp(address);
        var slow = new RawHttp(address)) {
      slow.send("GET /v1/net%2F1/gossip HTTP/1.1\r\nHost: x\r\n");

      assertThat(silent.rest()).isEmpty();
      assertThat(slow.rest()).isEmpty();
      assertThat(context.refusals).containsOnly("slow-handshake").hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "G", "GET /x HT", "GET /x HTTP/1.1\r\nHost: x\r\nA"})
  void countsAnEvictedConnectionOnceHoweverMuchOfItsHeadIsThere(String start) throws IOException {
    context.limits = Limits.defaults().withSessions(sessions(1, Duration.ofSeconds(30), true));
    Address address = listen(WsConfig.listening("127.0.0.1", 0));
    try (var evicted = new RawHttp(address)) {
      evicted.send(start);
      try (var next = new RawHttp(address)) {
        assertThat(evicted.rest()).isEmpty();
        next.send(RawHttp.request(UPGRADE, RawHttp.upgradeHeaders()));
        assertThat(next.status()).isEqualTo(101);
      }
    }

    assertThat(context.refusals).containsExactly("pending-handshakes");
  }

  @Test
  void aPeerThatLeavesInTheMiddleOfItsHeadIsNotCounted() throws IOException {
    Address address = listen(WsConfig.listening("127.0.0.1", 0));
    try (var leaving = new RawHttp(address)) {
      leaving.send("GET /v1/net%2F1/gossip HTTP/1.1\r\nHost: x\r\n");
      leaving.end();
      assertThat(leaving.rest()).isEmpty();
    }

    assertThat(context.refusals).isEmpty();
  }

  @Test
  void letsAnHonestPeerInWhileSilentOnesHoldEveryPlace() throws IOException {
    context.limits = Limits.defaults().withSessions(sessions(8, Duration.ofSeconds(30), true));
    Address address = listen(WsConfig.listening("127.0.0.1", 0));
    List<RawHttp> silent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      silent.add(new RawHttp(address));
    }

    try (var honest = new RawHttp(address)) {
      honest.send(RawHttp.request(UPGRADE, RawHttp.upgradeHeaders()));
      assertThat(honest.status()).isEqualTo(101);
    }
    await().until(() -> context.refusals.size() >= 92);
    assertThat(context.refusals).containsOnly("pending-handshakes");
    for (RawHttp socket : silent) {
      socket.close();
    }
  }

  @Test
  void keepsSlotsForTheHealthCheckWhenHttpIsFull() throws IOException {
    Address address = listen(WsConfig.listening("127.0.0.1", 0).withHttpConnections(1));
    context.router().serve("/hello", (request, response) -> response.send("hi"));
    Map<String, String> host = Map.of("Host", "x");
    try (var first = new RawHttp(address);
        var second = new RawHttp(address);
        var third = new RawHttp(address)) {
      first.send(RawHttp.request("GET /hello HTTP/1.1", host));
      assertThat(first.status()).isEqualTo(200);

      second.send(RawHttp.request("GET /hello HTTP/1.1", host));
      assertThat(second.status()).isEqualTo(503);
      third.send(RawHttp.request("GET /status HTTP/1.1", host));
      assertThat(third.status()).isEqualTo(200);
    }
  }

  @Test
  void givesTheSlotOfAnHttpConnectionBack() throws IOException {
    Address address = listen(WsConfig.listening("127.0.0.1", 0).withHttpConnections(1));
    context.router().serve("/hello", (request, response) -> response.send("hi"));
    Map<String, String> headers = Map.of("Host", "x", "Connection", "close");
    for (int i = 0; i < 3; i++) {
      await().ignoreExceptions().until(() -> {
        try (var http = new RawHttp(address)) {
          http.send(RawHttp.request("GET /hello HTTP/1.1", headers));
          return http.status() == 200;
        }
      });
    }
  }
}
