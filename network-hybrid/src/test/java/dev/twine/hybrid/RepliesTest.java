package dev.twine.hybrid;

import static dev.twine.hybrid.Cluster.DEADLINE;
import static dev.twine.hybrid.Cluster.TX;
import static dev.twine.hybrid.Cluster.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.Tag;
import dev.twine.network.Topics;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.testkit.Eventually;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests find their answers, and answers that nobody waits for do no harm. */
@Timeout(60)
class RepliesTest {
  private static final Tag ASK = Tag.of("tq");
  private static final Topics QUESTION = Topics.of("n", "7");

  @AutoClose
  private final Cluster cluster = new Cluster();

  @ParameterizedTest
  @EnumSource
  void aRequestGetsWhatWasMadeOfItAndSoDoPings(Way way) throws Exception {
    GossipNode a = cluster.node(way.kind());
    GossipNode b = cluster.node(way.kind());
    b.answer(
        ASK,
        (question, via) -> CompletableFuture.completedFuture(
            Topics.of("half", question.text("n").orElseThrow() + "/2")));
    Cluster.connect(a, b, way.transport());

    Topics answer = Cluster.get(ask(a, Cluster.ref(b), DEADLINE));
    CompletableFuture<Duration> one = a.peers().ping(Cluster.ref(b), DEADLINE);
    CompletableFuture<Duration> two = a.peers().ping(Cluster.ref(b), DEADLINE);

    assertThat(answer.text("half")).contains("7/2");
    assertThat(Cluster.get(one)).isPositive();
    assertThat(Cluster.get(two)).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatNobodyAskedForEndsThatSessionAndNoOther(Way way) throws Exception {
    GossipNode node = cluster.node(way.kind());
    try (RawPeer honest = RawPeer.dial(way, node);
        RawPeer peer = RawPeer.dial(way, node)) {
      peer.send("TS\0");

      peer.awaitEnd();
      assertThat(Cluster.refused(node, "unexpected-answer")).isEqualTo(1);
      node.broadcast(TX, text("still there"));
      honest.awaitReceived("TX", "still there");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLateAnswerIsDiscardedAndTheSessionGoesOn(Way way) throws Exception {
    GossipNode a = cluster.node(way.kind());
    GossipNode b = cluster.node(way.kind());
    var late = new CompletableFuture<Topics>();
    b.answer(ASK, (question, via) -> late);
    Cluster.connect(a, b, way.transport());

    assertCode(ask(a, Cluster.ref(b), Duration.ofMillis(100)), Code.TIMEOUT);
    late.complete(Topics.empty());

    Eventually.until("it is counted", () -> Cluster.refused(a, "late-answer") == 1);
    assertThat(Cluster.get(ask(a, Cluster.ref(b), DEADLINE))).isEqualTo(Topics.empty());
  }

  @ParameterizedTest
  @EnumSource
  void aCancelledRequestIsForgotten(Way way) throws Exception {
    GossipNode a = cluster.node(way.kind());
    GossipNode b = cluster.node(way.kind());
    b.answer(ASK, (question, via) -> new CompletableFuture<>());
    Cluster.connect(a, b, way.transport());
    CompletableFuture<Topics> request = ask(a, Cluster.ref(b), DEADLINE);

    request.cancel(false);

    assertThat(waiting(a)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aRequestFailsWithItsSessionAndTheNextOneGoesOverTheNext(Way way) throws Exception {
    GossipNode a = cluster.node(way.kind());
    GossipNode b = cluster.node(way.kind());
    var never = new CompletableFuture<Topics>();
    var asked = new CompletableFuture<Void>();
    var answers = b.answer(ASK, (question, via) -> {
      asked.complete(null);
      return never;
    });
    Cluster.connect(a, b, way.transport());
    CompletableFuture<Topics> request = ask(a, Cluster.ref(b), DEADLINE);
    Cluster.get(asked);

    b.peers().disconnect(Cluster.ref(a));
    assertCode(request, Code.CLOSED);
    answers.close();
    b.answer(ASK, (question, via) -> CompletableFuture.completedFuture(question));
    Eventually.until(
        "both ends know", () -> a.peers().list().isEmpty() && b.peers().list().isEmpty());
    Cluster.connect(a, b, way.transport());

    assertThat(Cluster.get(ask(a, Cluster.ref(b), DEADLINE))).isEqualTo(QUESTION);
    assertThat(waiting(a)).isZero();
  }

  private static CompletableFuture<Topics> ask(GossipNode node, PeerRef peer, Duration deadline) {
    return node.request(peer, ASK, QUESTION, deadline);
  }

  private static double waiting(GossipNode node) {
    return node.metrics().stream()
        .filter(metric -> metric.name().equals("twine_requests_waiting"))
        .mapToDouble(metric -> metric.value())
        .sum();
  }

  private static void assertCode(CompletableFuture<?> future, Code code) {
    assertThatThrownBy(() -> Cluster.get(future))
        .cause()
        .isInstanceOfSatisfying(
            TwineException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
