package dev.twine.gossip;

import dev.twine.broadcaster.Ticket;
import dev.twine.network.Registration;
import dev.twine.network.Topics;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests to peers that wait for an answer. Futures complete on threads of their own, so that what a
 * caller hangs on them holds up neither a loop nor a handler.
 */
final class Requests {
  private final Core core;
  private final Outbound outbound;
  private final AtomicLong nonces = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();

  Requests(Core core, Outbound outbound) {
    this.core = core;
    this.outbound = outbound;
  }

  CompletableFuture<Topics> ask(
      Session session, TagEntry entry, Topics request, Duration deadline) {
    byte[] body = RequestCodec.encodeRequest(request, nonces.incrementAndGet());
    if (body.length > entry.spec.maxBytes()) {
      return CompletableFuture.failedFuture(new TwineException(
          Code.TOO_LARGE,
          "request of " + body.length + " bytes, at most " + entry.spec.maxBytes(),
          entry.spec.tag().toString(),
          "send less, or ask under the tag tq"));
    }
    if (entry.isPrivate && !session.terms.twine1()) {
      return failed(Code.REFUSED, "the peer does not know the tag " + entry.spec.tag(), session);
    }
    if (session.expectedAnswers.get() >= core.limits().requests().askedPerPeer()) {
      core.counters().refused("requests.asked-per-peer");
      return failed(Code.RATE_LIMITED, "too many requests wait for this peer", session);
    }
    return send(session, entry, body, deadline);
  }

  /** On the loop: an answer, late ones included. */
  void answered(Session session, byte[] body) {
    if (session.expectedAnswers.getAndUpdate(left -> Math.max(0, left - 1)) <= 0) {
      core.counters().refused("unexpected-answer");
      session.close(CloseReason.of(CloseReason.Kind.UNEXPECTED_ANSWER));
      return;
    }
    RequestCodec.Answer answer = RequestCodec.decodeAnswer(body);
    CompletableFuture<Topics> future = session.asked.get(answer.hash());
    if (future == null) {
      core.counters().refused("late-answer");
      return;
    }
    answer
        .error()
        .ifPresentOrElse(
            error -> fail(
                future,
                new TwineException(
                    Code.REMOTE_ERROR,
                    "the peer answered with an error",
                    PeerText.escape(error),
                    "see what this request needs")),
            () -> core.completions().run(() -> future.complete(answer.topics())));
  }

  /** The session is gone. */
  void closed(Session session) {
    session
        .asked
        .values()
        .forEach(future ->
            fail(future, failure(Code.CLOSED, "session closed before the answer", session)));
  }

  int waiting() {
    return waiting.get();
  }

  private CompletableFuture<Topics> send(
      Session session, TagEntry entry, byte[] body, Duration deadline) {
    long hash = RequestCodec.hash(body);
    var future = new CompletableFuture<Topics>();
    session.asked.put(hash, future);
    session.expectedAnswers.incrementAndGet();
    Ticket ticket = outbound.control(session, entry.spec.tag(), body, entry.spec.lane());
    if (ticket == null || ticket.refusal() != null || !session.isOpen()) {
      session.asked.remove(hash);
      session.expectedAnswers.decrementAndGet();
      return ticket != null && ticket.refusal() == Ticket.Refusal.LANE_FULL
          ? failed(Code.RATE_LIMITED, "the queue to this peer is full", session)
          : failed(Code.NO_SUCH_PEER, "session closed", session);
    }
    waiting.incrementAndGet();
    Registration end = core.clock()
        .schedule(
            deadline, () -> fail(future, failure(Code.TIMEOUT, "no answer in time", session)));
    future.whenComplete((topics, failure) -> {
      session.asked.remove(hash);
      waiting.decrementAndGet();
      end.close();
    });
    return future;
  }

  private void fail(CompletableFuture<Topics> future, TwineException reason) {
    core.completions().run(() -> future.completeExceptionally(reason));
  }

  private static CompletableFuture<Topics> failed(Code code, String what, Session session) {
    return CompletableFuture.failedFuture(failure(code, what, session));
  }

  private static TwineException failure(Code code, String what, Session session) {
    return new TwineException(
        code, what, session.ref.toString(), "see the list of peers, and try again");
  }
}
