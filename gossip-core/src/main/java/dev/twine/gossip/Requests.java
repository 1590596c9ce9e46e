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
import org.jspecify.annotations.Nullable;

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
    TwineException refusal = refusal(session, entry, body.length);
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    Completions.Pending<Topics> answer = core.completions().<Topics>begin().orElse(null);
    if (answer == null) {
      return CompletableFuture.failedFuture(Completions.full(session.ref));
    }
    long hash = RequestCodec.hash(body);
    session.asked.put(hash, answer);
    answer.future().whenComplete((topics, failure) -> session.asked.remove(hash));
    TwineException unsent = send(session, entry, body);
    if (unsent == null) {
      await(session, answer, deadline);
    } else {
      answer.future().completeExceptionally(unsent);
    }
    return answer.future();
  }

  /** On the loop: an answer, late ones included. */
  void answered(Session session, byte[] body) {
    if (session.expectedAnswers.getAndUpdate(left -> Math.max(0, left - 1)) <= 0) {
      core.counters().refused("unexpected-answer");
      session.close(CloseReason.of(CloseReason.Kind.UNEXPECTED_ANSWER));
      return;
    }
    RequestCodec.Answer answer = RequestCodec.decodeAnswer(body);
    Completions.Pending<Topics> asked = session.asked.get(answer.hash());
    if (asked == null) {
      core.counters().refused("late-answer");
      return;
    }
    answer
        .error()
        .ifPresentOrElse(
            error -> asked.fail(new TwineException(
                Code.REMOTE_ERROR,
                "the peer answered with an error",
                PeerText.escape(error),
                "see what this request needs")),
            () -> asked.complete(answer.topics()));
  }

  /** The session is gone. */
  void closed(Session session) {
    session
        .asked
        .values()
        .forEach(
            asked -> asked.fail(failure(Code.CLOSED, "session closed before the answer", session)));
  }

  int waiting() {
    return waiting.get();
  }

  private @Nullable TwineException refusal(Session session, TagEntry entry, int bytes) {
    if (bytes > entry.spec.maxBytes()) {
      return new TwineException(
          Code.TOO_LARGE,
          "request of " + bytes + " bytes, at most " + entry.spec.maxBytes(),
          entry.spec.tag().toString(),
          "send less, or ask under the tag tq");
    }
    if (entry.isPrivate && !session.terms.twine1()) {
      return failure(Code.REFUSED, "the peer does not know the tag " + entry.spec.tag(), session);
    }
    if (session.expectedAnswers.get() >= core.limits().requests().askedPerPeer()) {
      core.counters().refused("requests.asked-per-peer");
      return failure(Code.RATE_LIMITED, "too many requests wait for this peer", session);
    }
    return null;
  }

  /** Why it was not sent; null if it was. */
  private @Nullable TwineException send(Session session, TagEntry entry, byte[] body) {
    session.expectedAnswers.incrementAndGet();
    Ticket ticket = outbound.control(session, entry.spec.tag(), body, entry.spec.lane());
    if (ticket != null && ticket.refusal() == null && session.isOpen()) {
      return null;
    }
    session.expectedAnswers.decrementAndGet();
    return ticket != null && ticket.refusal() == Ticket.Refusal.LANE_FULL
        ? failure(Code.RATE_LIMITED, "the queue to this peer is full", session)
        : failure(Code.NO_SUCH_PEER, "session closed", session);
  }

  private void await(Session session, Completions.Pending<Topics> answer, Duration deadline) {
    waiting.incrementAndGet();
    Registration end = core.clock()
        .schedule(deadline, () -> answer.fail(failure(Code.TIMEOUT, "no answer in time", session)));
    answer.future().whenComplete((topics, failure) -> {
      waiting.decrementAndGet();
      end.close();
    });
  }

  private static TwineException failure(Code code, String what, Session session) {
    return new TwineException(
        code, what, session.ref.toString(), "see the list of peers, and try again");
  }
}
