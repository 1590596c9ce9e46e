package dev.twine.testkit;

import static dev.twine.testkit.Nodes.WAIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.Limits;
import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.Transport;
import dev.twine.gossip.TransportContext;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.Tag;
import dev.twine.network.Topics;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestTest {
  private static final Tag ASK = Tag.of("tq");

  @AutoClose
  private final Nodes nodes = new Nodes();

  private final ManualClock clock = new ManualClock();
  private GossipNode a;
  private GossipNode b;

  @BeforeEach
  void connect() throws Exception {
    a = nodes.node(x -> x.withClock(clock), nodes.network.transport(TransportKind.WS));
    b = nodes.ws();
    nodes.connect(a, b);
  }

  @Test
  void anAnswerFindsItsRequest() throws Exception {
    b.answer(
        ASK,
        (topics, via) ->
            CompletableFuture.completedFuture(Topics.of("echo", topics.text("n").orElseThrow())));

    CompletableFuture<Topics> first = ask(Topics.of("n", "1"));
    CompletableFuture<Topics> second = ask(Topics.of("n", "2"));

    assertThat(first.get(5, TimeUnit.SECONDS).text("echo")).contains("1");
    assertThat(second.get(5, TimeUnit.SECONDS).text("echo")).contains("2");
  }

  @Test
  void aRequestWithoutAnswerEndsAtItsDeadlineAndALateAnswerIsDiscarded() {
    var late = new CompletableFuture<Topics>();
    b.answer(ASK, (topics, via) -> late);
    CompletableFuture<Topics> request = ask(Topics.of("n", "1"));

    clock.advance(Duration.ofSeconds(3));

    assertCode(request, Code.TIMEOUT);
    late.complete(Topics.empty());
    Eventually.until("the late answer is counted", () -> Nodes.refused(a, "late-answer") == 1);
    assertThat(a.peers().list()).hasSize(1);
  }

  @Test
  void asManyRequestsAsTheLimitSaysWaitForOnePeerAndOneMoreIsRefused() throws Exception {
    GossipNode asker = withRequests(new Limits.Requests(1_000, 2, 64, Duration.ofSeconds(10)));
    nodes.connect(asker, b);
    var answer = new CompletableFuture<Topics>();
    b.answer(ASK, (topics, via) -> answer);

    CompletableFuture<Topics> first = ask(asker, "1");
    CompletableFuture<Topics> second = ask(asker, "2");
    assertCode(ask(asker, "3"), Code.RATE_LIMITED);
    assertThat(Nodes.refused(asker, "requests.asked-per-peer")).isEqualTo(1);
    assertThat(Nodes.metric(asker, "twine_requests_waiting")).isEqualTo(2);

    answer.complete(Topics.of("k", "v"));
    first.get(5, TimeUnit.SECONDS);
    second.get(5, TimeUnit.SECONDS);
    assertThat(ask(asker, "4").get(5, TimeUnit.SECONDS).text("k")).contains("v");
  }

  @Test
  void asManyCallsAsTheLimitSaysWaitInTheNodeAndOneMoreIsRefusedWhateverItIs() throws Exception {
    GossipNode asker = withRequests(new Limits.Requests(2, 256, 64, Duration.ofSeconds(10)));
    nodes.connect(asker, b);
    PeerRef peer = PeerRef.of(b.nodeId());
    Duration deadline = Duration.ofSeconds(10);
    var answer = new CompletableFuture<Topics>();
    b.answer(ASK, (topics, via) -> answer);

    CompletableFuture<Topics> first = ask(asker, "1");
    CompletableFuture<Topics> second = ask(asker, "2");
    assertCode(ask(asker, "3"), Code.RATE_LIMITED);
    assertCode(asker.peers().ping(peer, deadline), Code.RATE_LIMITED);
    assertCode(asker.peers().connect(b.addresses().get(0), deadline), Code.RATE_LIMITED);
    assertThat(Nodes.refused(asker, "requests.waiting")).isEqualTo(3);

    answer.complete(Topics.of("k", "v"));
    first.get(5, TimeUnit.SECONDS);
    second.get(5, TimeUnit.SECONDS);
    assertThat(asker.peers().ping(peer, deadline).get(5, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void aTransportThatCannotEvenStartADialHoldsNoPlace() {
    GossipNode node = nodes.node(
        x -> x.withLimits(x.bounds()
            .limits()
            .withRequests(new Limits.Requests(1, 256, 64, Duration.ofSeconds(10)))),
        new BrokenTransport());

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () -> node.peers().connect(Address.ws("127.0.0.1", 1), WAIT).get(5, TimeUnit.SECONDS))
          .hasRootCauseMessage("broken");
    }
    assertThat(Nodes.refused(node, "requests.waiting")).isZero();
  }

  private static final class BrokenTransport implements Transport {
    @Override
    public TransportKind kind() {
      return TransportKind.WS;
    }

    @Override
    public List<Address> listen(TransportContext context) {
      return List.of();
    }

    @Override
    public boolean canDial(Address address) {
      return true;
    }

    @Override
    public CompletableFuture<SessionHandle> dial(Address address, Duration deadline) {
      throw new IllegalStateException("broken");
    }

    @Override
    public void close() {}
  }

  @Test
  void asManyRequestsAsTheLimitSaysAreAnsweredAtOnceAndOneMoreIsTurnedAway() throws Exception {
    GossipNode busy = withRequests(new Limits.Requests(1_000, 256, 2, Duration.ofSeconds(10)));
    nodes.connect(b, busy);
    var answer = new CompletableFuture<Topics>();
    busy.answer(ASK, (topics, via) -> answer);

    CompletableFuture<Topics> first = ask(b, busy, "1");
    CompletableFuture<Topics> second = ask(b, busy, "2");
    assertCode(ask(b, busy, "3"), Code.REMOTE_ERROR);
    assertThat(Nodes.refused(busy, "requests.answered-per-peer")).isEqualTo(1);

    answer.complete(Topics.of("k", "v"));
    assertThat(first.get(5, TimeUnit.SECONDS).text("k")).contains("v");
    assertThat(second.get(5, TimeUnit.SECONDS).text("k")).contains("v");
  }

  @Test
  void aSessionThatEndsFailsItsOwnRequestsAndNoOthers() throws Exception {
    GossipNode c = nodes.ws();
    nodes.connect(a, c);
    var answer = new CompletableFuture<Topics>();
    b.answer(ASK, (topics, via) -> answer);
    c.answer(ASK, (topics, via) -> answer);
    CompletableFuture<Topics> lost = ask(Topics.of("n", "1"));
    CompletableFuture<Topics> kept = ask(a, c, "1");

    b.close();

    assertCode(lost, Code.CLOSED);
    assertThat(Nodes.metric(a, "twine_requests_waiting")).isEqualTo(1);
    answer.complete(Topics.of("k", "v"));
    assertThat(kept.get(5, TimeUnit.SECONDS).text("k")).contains("v");
  }

  @Test
  void aCancelledRequestIsForgotten() {
    b.answer(ASK, (topics, via) -> new CompletableFuture<>());
    CompletableFuture<Topics> request = ask(Topics.of("n", "1"));

    request.cancel(false);

    assertThat(Nodes.metric(a, "twine_requests_waiting")).isZero();
  }

  @Test
  void closingTheNodeFailsItsRequests() {
    b.answer(ASK, (topics, via) -> new CompletableFuture<>());
    CompletableFuture<Topics> request = ask(Topics.of("n", "1"));

    a.close();

    assertCode(request, Code.CLOSED);
  }

  @Test
  void aFailingAnswererAndAMissingOneAreErrorsOfThePeer() {
    b.answer(ASK, (topics, via) -> {
      throw new IllegalStateException("as the test wants");
    });

    assertCode(ask(Topics.of("n", "1")), Code.REMOTE_ERROR);
    assertCode(
        a.request(PeerRef.of(b.nodeId()), Tag.of("UE"), Topics.of("n", "1"), WAIT),
        Code.REMOTE_ERROR);
  }

  @Test
  void aRequestAboveTheLimitOfItsTagIsRefusedHere() {
    assertCode(
        a.request(PeerRef.of(b.nodeId()), Tag.of("UE"), Topics.of("n", "x".repeat(60)), WAIT),
        Code.TOO_LARGE);
    assertThatThrownBy(() -> a.request(PeerRef.of(b.nodeId()), Nodes.BULK, Topics.empty(), WAIT))
        .isInstanceOf(TwineException.class);
  }

  private GossipNode withRequests(Limits.Requests requests) {
    return nodes.node(
        x -> x.withLimits(x.bounds().limits().withRequests(requests)),
        nodes.network.transport(TransportKind.WS));
  }

  private CompletableFuture<Topics> ask(GossipNode asker, String text) {
    return ask(asker, b, text);
  }

  private static CompletableFuture<Topics> ask(GossipNode asker, GossipNode peer, String text) {
    return asker.request(PeerRef.of(peer.nodeId()), ASK, Topics.of("n", text), WAIT);
  }

  private CompletableFuture<Topics> ask(Topics topics) {
    return a.request(PeerRef.of(b.nodeId()), ASK, topics, Duration.ofSeconds(3));
  }

  private static void assertCode(CompletableFuture<?> future, Code code) {
    assertThatThrownBy(() -> future.get(5, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            TwineException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
