package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.twine.broadcaster.Lane;
import dev.twine.broadcaster.OutboundMessage;
import dev.twine.gossip.CloseReason;
import dev.twine.gossip.SessionSignal;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two transports over loopback, with a stand-in for the engine. */
@Timeout(30)
class WsTransportTest {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private FakeContext server;
  private FakeContext client;
  private WsTransport listening;
  private WsTransport dialling;
  private Address address;

  @BeforeEach
  void start() {
    server = new FakeContext("net/1", 1);
    client = new FakeContext("net/1", 2);
    listening = new WsTransport(WsConfig.listening("127.0.0.1", 0));
    dialling = new WsTransport(WsConfig.client());
    address = listening.listen(server).get(0);
    assertThat(dialling.listen(client)).isEmpty();
  }

  @AfterEach
  void stop() {
    dialling.close();
    listening.close();
    client.close();
    server.close();
  }

  private FakeContext.Session dial(Address to) throws Exception {
    return (FakeContext.Session) dialling.dial(to, DEADLINE).get(15, TimeUnit.SECONDS);
  }

  private FakeContext.Session accepted() {
    await().until(() -> !server.sessions.isEmpty());
    return server.sessions.get(server.sessions.size() - 1);
  }

  private static void send(FakeContext.Session session, String tag, byte[] body) {
    var message = OutboundMessage.of(Frames.tag(tag), body, Lane.BULK, 0);
    ByteBuf frame = session.channel.alloc().buffer(session.terms.form().frameBytes(body.length));
    session.terms.form().frame(message, frame);
    assertThat(frame.readableBytes()).isEqualTo(session.terms.form().frameBytes(body.length));
    session.channel.writeAndFlush(frame);
  }

  @Test
  void bothEndsExchangeMessages() throws Exception {
    FakeContext.Session out = dial(address);
    FakeContext.Session in = accepted();

    send(out, "TX", "hello".getBytes(StandardCharsets.UTF_8));
    send(in, "TX", new byte[300_000]);

    await().until(() -> in.messages.size() == 1 && out.messages.size() == 1);
    assertThat(in.messages.get(0)).asString().isEqualTo("TXhello");
    assertThat(out.messages.get(0)).hasSize(300_002);
  }

  @Test
  void bothEndsLearnWhatTheOtherSays() throws Exception {
    FakeContext.Session out = dial(address);
    FakeContext.Session in = accepted();

    assertThat(out.terms.agent()).isEqualTo(server.local().agent());
    assertThat(in.terms.agent()).isEqualTo(client.local().agent());
    assertThat(in.terms.features()).containsExactlyInAnyOrder("twine1", "ppzstd");
    assertThat(out.terms.twine1()).isTrue();
    assertThat(in.terms.claimedId()).isEqualTo(client.local().nodeId());
    assertThat(out.terms.claimedId()).isEqualTo(server.local().nodeId());
    assertThat(out.terms.provenId()).isEqualTo(server.local().nodeId());
    assertThat(in.terms.remoteRandom()).isEqualTo(client.local().nodeRandom());
    assertThat(out.terms.remoteRandom()).isEqualTo(server.local().nodeRandom());
    assertThat(out.terms.localNonce()).hasSize(33).isEqualTo(in.terms.remoteNonce());
    assertThat(in.terms.localNonce()).hasSize(33).isEqualTo(out.terms.remoteNonce());
    assertThat(out.terms.channelBinding()).isEmpty();
  }

  @Test
  void theChallengeProvesTheDiallerByItsGreeting() throws Exception {
    FakeContext.Session out = dial(address);
    FakeContext.Session in = accepted();

    assertThat(out.terms.greetings()).hasSize(1);
    byte[] proof = out.terms.greetings().get(0).body();
    assertThat(in.terms.identityCheck().verify(proof)).contains(client.local().nodeId());
    proof[proof.length - 1] ^= 1;
    assertThatThrownBy(() -> in.terms.identityCheck().verify(proof))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void takesANodeThatIsTheExpectedOneAndNoOther() throws Exception {
    String hostAndPort = address.hostAndPort();
    dial(Address.parse("ws://" + server.local().nodeId() + "@" + hostAndPort));

    assertDialFails(
        Address.parse("ws://" + client.local().nodeId() + "@" + hostAndPort),
        Code.REFUSED,
        "step identity");
  }

  @Test
  void pingsComeBackWithTheirId() throws Exception {
    FakeContext.Session out = dial(address);
    out.channel.eventLoop().execute(() -> out.terms.control().ping(out.channel, 42));

    await().until(() -> out.signals.contains(new SessionSignal.Pong(42)));
  }

  @Test
  void theReasonOfACloseReachesATwineNode() throws Exception {
    FakeContext.Session out = dial(address);
    accepted().close(CloseReason.of(CloseReason.Kind.DUPLICATE_ID));

    await().until(() -> !out.signals.isEmpty());
    assertThat(out.signals.get(0))
        .isEqualTo(new SessionSignal.RemoteClosed("DUPLICATE_ID: duplicate connection"));
    await().until(() -> !out.channel.isOpen());
    await().untilAsserted(() -> assertThat(server.permits).hasValue(0));
  }

  @Test
  void namesTheNetworkThatDoesNotMatch() {
    try (var stranger = new FakeContext("other", 3)) {
      var transport = new WsTransport(WsConfig.client());
      transport.listen(stranger);

      assertThatThrownBy(() -> transport.dial(address, DEADLINE).get(15, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(TwineException.class, failure -> {
            assertThat(failure.code()).isEqualTo(Code.NETWORK_MISMATCH);
            assertThat(failure).hasMessageContaining("step upgrade");
          });
      assertThat(server.refusals).containsExactly("network");
      transport.close();
    }
  }

  @Test
  void recognisesItself() {
    try (var twin = new FakeContext("net/1", 1)) {
      var transport = new WsTransport(WsConfig.client());
      transport.listen(twin);

      assertThatThrownBy(() -> transport.dial(address, DEADLINE).get(15, TimeUnit.SECONDS))
          .cause()
          .extracting("code")
          .isEqualTo(Code.SELF);
      transport.close();
    }
  }

  @Test
  void tellsADiallerThatThereIsNoRoom() throws Exception {
    server.room = 0;

    assertDialFails(address, Code.REFUSED, "status 503");
    assertDialFails(address, Code.REFUSED, "the peer asked for time");
    assertThat(client.permits).hasValue(0);
  }

  @Test
  void closesASessionThatTheEngineRefuses() throws Exception {
    server.refuseSessions = new TwineException(Code.DUPLICATE_ID, "there is one", "x", "y");
    FakeContext.Session out = dial(address);

    await().until(() -> !out.signals.isEmpty());
    assertThat(out.signals.get(0)).asString().contains("DUPLICATE_ID");
    await().until(() -> !out.channel.isOpen());
  }

  @Test
  void namesTheStepThatFailed() throws Exception {
    assertDialFails(Address.parse("nowhere.invalid:4160"), Code.UNREACHABLE, "step resolve");
    assertDialFails(Address.parse("127.0.0.1:" + freePort()), Code.UNREACHABLE, "step connect");
    assertDialFails(Address.parse("wss://" + address.hostAndPort()), Code.UNREACHABLE, "step tls");
    client.refuseSessions = new TwineException(Code.DUPLICATE_ID, "there is one", "x", "y");
    assertDialFails(address, Code.DUPLICATE_ID, "there is one, x, at step identity");
    await().untilAsserted(() -> assertThat(client.permits).hasValue(0));
  }

  @Test
  void givesUpOnAPeerThatDoesNotAnswerTheUpgrade() throws Exception {
    try (var silent = new ServerSocket(0)) {
      Address deaf = Address.ws("127.0.0.1", silent.getLocalPort());

      assertThatThrownBy(
              () -> dialling.dial(deaf, Duration.ofMillis(300)).get(10, TimeUnit.SECONDS))
          .cause()
          .hasMessageContaining("step upgrade");
    }
    await().untilAsserted(() -> assertThat(client.permits).hasValue(0));
  }

  @Test
  void cannotListenWhereSomebodyListens() {
    var second = new WsTransport(WsConfig.listening("127.0.0.1", address.port()));

    assertThatThrownBy(() -> second.listen(client))
        .isInstanceOfSatisfying(TwineException.class, failure -> {
          assertThat(failure.code()).isEqualTo(Code.CANNOT_LISTEN);
          assertThat(failure.value()).isEqualTo(address.hostAndPort());
        });
    second.close();
  }

  private void assertDialFails(Address to, Code code, String text) {
    assertThatThrownBy(() -> dial(to))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(TwineException.class, failure -> {
          assertThat(failure.code()).isEqualTo(code);
          assertThat(failure).hasMessageContaining(text);
        });
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
