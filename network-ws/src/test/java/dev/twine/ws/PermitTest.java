package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.gossip.IdentityChallenge;
import dev.twine.gossip.Limits;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One place for a session: whatever becomes of an upgrade, the next one finds it free again. */
@Timeout(30)
class PermitTest {
  private static final String LINE = "GET /v1/net%2F1/gossip HTTP/1.1";

  private FakeContext context;
  private WsTransport transport;
  private Address address;

  @BeforeEach
  void start() {
    context = new FakeContext("net/1", 1);
    context.room = 1;
    Limits.Sessions all = context.limits.sessions();
    context.limits = context.limits.withSessions(new Limits.Sessions(
        all.total(), all.perAddress(), true, all.unidentified(), 2, Duration.ofSeconds(2)));
    transport = new WsTransport(WsConfig.listening("127.0.0.1", 0));
    address = transport.listen(context).get(0);
  }

  /** Each test ends here: the place is free, taken by an honest peer, and free again. */
  @AfterEach
  void stop() throws IOException {
    context.refuseSessions = null;
    await().untilAsserted(() -> assertThat(context.permits).hasValue(0));
    try (var honest = new RawHttp(address)) {
      honest.send(RawHttp.request(LINE, RawHttp.upgradeHeaders()));
      assertThat(honest.status()).isEqualTo(101);
      assertThat(context.permits).hasValue(1);
    }
    await().untilAsserted(() -> assertThat(context.permits).hasValue(0));
    transport.close();
    context.close();
  }

  private int status(Map<String, String> headers) throws IOException {
    try (var http = new RawHttp(address)) {
      http.send(RawHttp.request(LINE, headers));
      return http.status();
    }
  }

  private static String challenge(String name) {
    var key = NodeKey.generate(KeyType.ED25519);
    return IdentityChallenge.dial(key, name, new SecureRandom()).header();
  }

  @Test
  void aRefusedHeaderGivesItBack() throws IOException {
    Map<String, String> headers = RawHttp.upgradeHeaders();
    headers.remove("Sec-WebSocket-Key");

    assertThat(status(headers)).isEqualTo(400);
  }

  @Test
  void aBadSignatureGivesItBack() throws IOException {
    Map<String, String> headers = RawHttp.upgradeHeaders();
    String challenge = challenge("somebody");
    headers.put("X-Algorand-IdentityChallenge", challenge.replaceFirst("...=?=?$", "AAA="));

    assertThat(status(headers)).isEqualTo(400);
  }

  @Test
  void aClientThatLeavesWhileItsSignatureIsCheckedGivesItBack() throws IOException {
    Map<String, String> headers = RawHttp.upgradeHeaders();
    headers.put("X-Algorand-IdentityChallenge", challenge("somebody"));
    try (var http = new RawHttp(address)) {
      http.send(RawHttp.request(LINE, headers));
    }
  }

  @Test
  void framesBeforeTheAnswerGiveItBack() throws IOException {
    Map<String, String> headers = RawHttp.upgradeHeaders();
    headers.put("X-Algorand-IdentityChallenge", challenge("somebody"));
    try (var http = new RawHttp(address)) {
      http.send((RawHttp.request(LINE, headers) + "early").getBytes(StandardCharsets.US_ASCII));

      assertThat(http.status()).isEqualTo(400);
      assertThat(context.refusals).containsExactly("early-frames");
    }
  }

  @Test
  void anUpgradeWithABodyGivesItBack() throws IOException {
    Map<String, String> headers = RawHttp.upgradeHeaders();
    headers.put("Content-Length", "5");

    assertThat(status(headers)).isEqualTo(400);
  }

  @Test
  void aSessionThatTheEngineRefusesGivesItBack() throws IOException {
    context.refuseSessions =
        new TwineException(TwineException.Code.DUPLICATE_ID, "there is one", "x", "y");

    assertThat(status(RawHttp.upgradeHeaders())).isEqualTo(101);
  }

  @Test
  void connectionsThatArePushedOutHeldNone() throws IOException {
    for (int i = 0; i < 5; i++) {
      new RawHttp(address).send("GET ");
    }
    await().until(() -> context.refusals.size() >= 3);
  }
}
