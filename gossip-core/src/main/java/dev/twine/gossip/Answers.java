package dev.twine.gossip;

import dev.twine.broadcaster.Ticket;
import dev.twine.network.Lane;
import dev.twine.network.Message;
import dev.twine.network.Registration;
import dev.twine.network.RequestHandler;
import dev.twine.network.TagSpec;
import dev.twine.network.Topics;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests of peers: each gets one answer, unless its answerer is late. */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private final Core core;
  private final Outbound outbound;

  Answers(Core core, Outbound outbound) {
    this.core = core;
    this.outbound = outbound;
  }

  /** On the loop. */
  void receive(Session session, TagEntry entry, byte[] body) {
    RequestCodec.Request request = RequestCodec.decodeRequest(body);
    RequestHandler answerer = entry.answerer();
    if (answerer == null) {
      core.counters().refused("no-answerer");
      reply(
          session, RequestCodec.encodeError("nobody answers " + entry.spec.tag(), request.hash()));
      return;
    }
    if (session.answering.incrementAndGet() > core.limits().requests().answeredPerPeer()) {
      turnAway(session, request, "requests.answered-per-peer");
      return;
    }
    session.inflow.enter(body.length);
    Message.Via via = session.via();
    Lane lane = entry.spec.lane();
    session
        .handlers(lane)
        .execute(
            () -> {
              try {
                answer(session, answerer, request, via);
              } finally {
                session.inflow.leave(body.length);
              }
            },
            () -> {
              turnAway(session, request, NodeExecutors.refusal(lane));
              session.inflow.leave(body.length);
            });
  }

  private void turnAway(Session session, RequestCodec.Request request, String reason) {
    session.answering.decrementAndGet();
    core.counters().refused(reason);
    reply(session, RequestCodec.encodeError("too many requests at once", request.hash()));
  }

  private void answer(
      Session session, RequestHandler answerer, RequestCodec.Request request, Message.Via via) {
    var done = new AtomicBoolean();
    Registration deadline = core.clock().schedule(core.limits().requests().answer(), () -> {
      if (done.compareAndSet(false, true)) {
        core.counters().refused("answer-late");
        session.answering.decrementAndGet();
      }
    });
    CompletionStage<Topics> stage;
    try {
      stage = answerer.answer(request.topics(), via);
    } catch (Throwable e) {
      // Code of the user may throw anything, and the peer waits for an answer.
      stage = CompletableFuture.failedFuture(e);
    }
    stage.whenComplete((topics, failure) -> {
      deadline.close();
      if (done.compareAndSet(false, true)) {
        session.answering.decrementAndGet();
        reply(session, encode(topics, failure, request.hash()));
      }
    });
  }

  private static byte[] encode(@Nullable Topics topics, @Nullable Throwable failure, long hash) {
    if (topics == null || failure != null) {
      LOG.warn("a request could not be answered", failure);
      return RequestCodec.encodeError("the request could not be answered", hash);
    }
    byte[] body = RequestCodec.encodeAnswer(topics, hash);
    return body.length <= TagSpec.MAX_BYTES
        ? body
        : RequestCodec.encodeError("the answer is too large", hash);
  }

  private void reply(Session session, byte[] body) {
    Ticket ticket = outbound.control(session, TagTable.TS, body, Lane.BULK);
    if (ticket != null && ticket.refusal() != null) {
      core.counters().refused("answer-" + ticket.refusal().name().toLowerCase(Locale.ROOT));
    }
  }
}
