package dev.twine.testkit;

import static dev.twine.testkit.Nodes.BULK;
import static dev.twine.testkit.Nodes.FAST;
import static dev.twine.testkit.Nodes.WAIT;
import static dev.twine.testkit.Nodes.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.Tag;
import dev.twine.network.Topics;
import dev.twine.network.TwineException;
import dev.twine.network.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandlerTest {
  private final Nodes nodes = new Nodes();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void closeNodes() {
    release.countDown();
    nodes.close();
  }

  @Test
  void aHandlerThatThrowsIsCountedAndGetsTheNextMessage() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    nodes.connect(a, b);
    var inbox = new Inbox();
    b.handle(BULK, message -> {
      inbox.handle(message);
      throw new IllegalStateException("as the test wants");
    });

    a.broadcast(BULK, text("one"));
    a.broadcast(BULK, text("two"));

    inbox.await(2, WAIT);
    Eventually.until(
        "both failures are counted", () -> Nodes.metric(b, "twine_handler_failures_total") == 2);
    assertThat(b.peers().list()).hasSize(1);
  }

  @Test
  void aHandlerMayAskItsPeerAndWaitForTheAnswer() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    nodes.connect(a, b);
    a.answer(Tag.of("tq"), (topics, via) -> CompletableFuture.completedFuture(topics));
    var answer = new CompletableFuture<Topics>();
    b.handle(
        BULK,
        message -> answer.complete(
            b.request(message.via().session(), Tag.of("tq"), Topics.of("k", "v"), WAIT)
                .get()));

    a.broadcast(BULK, text("ask me"));

    assertThat(answer.get(5, TimeUnit.SECONDS).text("k")).contains("v");
  }

  @Test
  void waitingForTheLanesOnAHandlerThreadIsRefused() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    nodes.connect(a, b);
    var thrown = new CompletableFuture<Throwable>();
    b.handle(BULK, message -> {
      try {
        b.broadcast(FAST, text("reply")).awaitQueued(WAIT);
        thrown.complete(new AssertionError("awaitQueued waited"));
      } catch (IllegalStateException e) {
        thrown.complete(e);
      }
    });

    a.broadcast(BULK, text("x"));

    assertThat(thrown.get(5, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSlowValidatorHoldsUpNoOtherMessageAndItsLateVerdictCountsAsIgnore() throws Exception {
    var clock = new ManualClock();
    GossipNode a = nodes.ws();
    GossipNode b = nodes.node(
        x -> x.withClock(clock), nodes.network.transport(dev.twine.network.TransportKind.WS));
    nodes.connect(a, b);
    var inbox = new Inbox();
    var slow = new CompletableFuture<Verdict>();
    b.handle(BULK, inbox);
    b.validate(
        BULK,
        message -> new String(message.payload(), StandardCharsets.UTF_8).equals("slow")
            ? slow
            : CompletableFuture.completedFuture(Verdict.ACCEPT));

    a.broadcast(BULK, text("slow"));
    a.broadcast(BULK, text("quick"));
    inbox.await(1, WAIT);
    clock.advance(java.time.Duration.ofSeconds(10));
    slow.complete(Verdict.ACCEPT);
    a.broadcast(BULK, text("last"));

    inbox.await(2, WAIT);
    assertThat(inbox.texts()).containsExactly("quick", "last");
    assertThat(Nodes.refused(b, "validation-late")).isEqualTo(1);
  }

  @Test
  void anIgnoredMessageIsJudgedAgainAndARejectedOneEndsItsSession() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode hub = nodes.ws();
    GossipNode c = nodes.ws();
    nodes.connect(a, hub);
    nodes.connect(c, hub);
    var verdict = new AtomicReference<>(Verdict.IGNORE);
    var judged = new Inbox();
    var handled = new Inbox();
    hub.validate(BULK, message -> {
      judged.handle(message);
      return CompletableFuture.completedFuture(verdict.get());
    });
    hub.handle(BULK, handled);

    a.broadcast(BULK, text("same"));
    judged.await(1, WAIT);
    Eventually.until(
        "nothing is under way", () -> Nodes.metric(hub, "twine_inbound_messages") == 0);
    verdict.set(Verdict.ACCEPT);
    c.broadcast(BULK, text("same"));
    handled.await(1, WAIT);
    verdict.set(Verdict.REJECT);
    c.broadcast(BULK, text("bad"));

    Eventually.until("c is cut", () -> !Nodes.knows(hub, c.nodeId()));
    assertThat(Nodes.knows(hub, a.nodeId())).isTrue();
    assertThat(handled.messages()).hasSize(1);
  }

  @Test
  void aSecondHandlerOfATagIsAnErrorUntilTheFirstIsClosed() {
    GossipNode a = nodes.ws();
    var first = a.handle(BULK, message -> {});

    assertThatThrownBy(() -> a.handle(BULK, message -> {}))
        .isInstanceOf(TwineException.class)
        .hasMessageContaining("xb");
    first.close();
    a.handle(BULK, message -> {});
    assertThatThrownBy(() -> a.handle(Tag.of("??"), message -> {}))
        .hasMessageContaining("not a tag for messages: ??");
  }

  @Test
  void aTapSeesWhatHandlersSeeAndNotWhatThisNodeSends() throws Exception {
    GossipNode a = nodes.ws();
    GossipNode b = nodes.ws();
    nodes.connect(a, b);
    var tap = new Inbox();
    b.tap(tap);

    b.broadcast(FAST, text("own"));
    a.broadcast(BULK, text("theirs"));

    tap.await(1, WAIT);
    assertThat(tap.texts()).containsExactly("theirs");
    assertThat(PeerRef.of(a.nodeId())).hasToString(a.nodeId().toString());
  }
}
