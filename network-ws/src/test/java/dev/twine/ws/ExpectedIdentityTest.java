package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.twine.gossip.CloseReason;
import dev.twine.gossip.SessionHandle;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An address that names a node, and a peer that claims to be it without an answer to the challenge. */
@Timeout(30)
class ExpectedIdentityTest {
  private final NodeId expected = NodeKey.generate(KeyType.SECP256K1).nodeId();
  private FakeContext context;
  private WsTransport transport;
  private LibraryServer server;

  @BeforeEach
  void start() throws Exception {
    context = new FakeContext("net", 1);
    transport = new WsTransport(WsConfig.client());
    transport.listen(context);
    Map<String, String> claim = LibraryServer.answer();
    claim.put("X-Algorand-Peer-Features", "twine1");
    claim.put("X-Twine-NodeId", expected.toString());
    claim.put("X-Twine-Nonce", Base64.getEncoder().encodeToString(new byte[Nonce.LENGTH]));
    server = new LibraryServer(claim, new byte[0]);
  }

  @AfterEach
  void stop() {
    server.close();
    transport.close();
    context.close();
  }

  private CompletableFuture<SessionHandle> dial(Duration deadline) {
    var address = Address.parse("ws://" + expected + "@" + server.address().hostAndPort());
    return transport.dial(address, deadline);
  }

  private FakeContext.Session opened() {
    await().until(() -> context.sessions.size() == 1);
    return context.sessions.get(0);
  }

  private static void assertFails(CompletableFuture<SessionHandle> dial, String reason) {
    assertThatThrownBy(() -> dial.get(15, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(TwineException.class)
        .hasMessageContaining("step identity")
        .hasMessageContaining(reason);
  }

  @Test
  void theDialIsDoneWhenTheClaimIsProven() throws Exception {
    CompletableFuture<SessionHandle> dial = dial(Duration.ofSeconds(10));
    FakeContext.Session session = opened();
    assertThat(session.terms.provenId()).isNull();
    assertThat(dial).isNotDone();

    session.proven.complete(expected);

    assertThat(dial.get(10, TimeUnit.SECONDS)).isSameAs(session);
    assertThat(session.channel.isOpen()).isTrue();
  }

  @Test
  void aClaimThatIsNotProvenInTimeFailsTheDial() {
    var timers = new ConcurrentLinkedQueue<Runnable>();
    context.timers = timers;
    CompletableFuture<SessionHandle> dial = dial(Duration.ofSeconds(10));
    opened();

    timers.remove().run();

    assertFails(dial, "in time");
    assertThat(timers).isEmpty();
    await().until(() -> !opened().channel.isOpen());
    await().untilAsserted(() -> assertThat(context.permits).hasValue(0));
  }

  @Test
  void aProofOfSomebodyElseFailsTheDial() {
    CompletableFuture<SessionHandle> dial = dial(Duration.ofSeconds(10));

    opened().proven.complete(NodeKey.generate(KeyType.ED25519).nodeId());

    assertFails(dial, "before the peer proved");
  }

  @Test
  void aSessionThatEndsFirstFailsTheDial() {
    CompletableFuture<SessionHandle> dial = dial(Duration.ofSeconds(10));

    opened().close(CloseReason.of(CloseReason.Kind.IDLE));

    assertFails(dial, "no sign of life");
    await().untilAsserted(() -> assertThat(context.permits).hasValue(0));
  }
}
