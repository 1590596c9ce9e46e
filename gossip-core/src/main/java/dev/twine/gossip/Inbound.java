package dev.twine.gossip;

import dev.twine.network.Lane;
import dev.twine.network.Message;
import dev.twine.network.MessageHandler;
import dev.twine.network.TagSpec.Duplicates;
import dev.twine.network.TagSpec.Kind;
import dev.twine.network.TransportKind;
import dev.twine.network.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a message from the loop to its handler: duplicate filter, validator, relay, taps,
 * handler. Small messages are looked up on the loop; what costs time by its size waits in the intake
 * of its session and lane, and what comes after it waits behind it, so that order is kept; so it is
 * behind validators, which run in parallel, by {@link ArrivalOrder}.
 */
final class Inbound {
  /** Hashing more than this would hold up the other channels of a loop. */
  static final int MAX_LOOP_HASH = 64 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

  private final Core core;
  private final Outbound outbound;
  private final Validation validation;
  private final LongAdder wsDuplicates;
  private final LongAdder p2pDuplicates;
  private final LongAdder failures;

  Inbound(Core core, Outbound outbound) {
    this.core = core;
    this.outbound = outbound;
    validation = new Validation(core);
    failures = core.counters().of(Counters.HANDLER_FAILURES);
    wsDuplicates = core.counters().of(Counters.DUPLICATE, "transport", TransportKind.WS.label());
    p2pDuplicates = core.counters().of(Counters.DUPLICATE, "transport", TransportKind.P2P.label());
  }

  /** On the loop. The buffer holds the body and stays the caller's. */
  void receive(Session session, TagEntry entry, ByteBuf body) {
    SerialQueue intake = session.intake(entry.spec.lane());
    boolean compressed = entry.code == TagTable.PP.code();
    if (!compressed && body.readableBytes() <= MAX_LOOP_HASH && intake.isIdle()) {
      receiveOnLoop(session, entry, body);
      return;
    }
    byte[] wire = ByteBufUtil.getBytes(body);
    session.inflow.enter(wire.length);
    // Not marked as seen yet, so that a copy from another peer takes its place.
    intake.execute(
        () -> receiveOffLoop(session, entry, wire),
        () -> refuse(session, wire.length, NodeExecutors.VALIDATION));
  }

  /**
   * On the loop: a message inside {@code td}, which does not travel on and knows no duplicates. The
   * buffer stays the caller's.
   */
  void receiveDirect(Session session, ByteBuf body) {
    int code = DirectCodec.readTag(body);
    TagEntry entry = core.tags().get(code);
    if (entry == null || entry.control || entry.spec.kind() == Kind.REQUEST) {
      core.counters().refused("unknown-tag");
      return;
    }
    if (body.readableBytes() > entry.spec.maxBytes()) {
      throw new BadMessageException("direct message above the limit of its tag");
    }
    byte[] payload = ByteBufUtil.getBytes(body);
    session.inflow.enter(payload.length);
    var arrival = new Arrival(session, entry, payload, payload, null, null);
    SerialQueue intake = session.intake(entry.spec.lane());
    if (intake.isIdle()) {
      judge(arrival);
    } else { // A broadcast before it may still be looked at.
      intake.execute(
          () -> judge(arrival), () -> refuse(session, payload.length, NodeExecutors.VALIDATION));
    }
  }

  private void receiveOnLoop(Session session, TagEntry entry, ByteBuf body) {
    MessageKey key = null;
    if (entry.spec.duplicates() != Duplicates.KEPT) {
      key = core.duplicates().key(entry.spec, body);
      if (!isNew(session, entry, key)) {
        return;
      }
    }
    byte[] payload = ByteBufUtil.getBytes(body);
    session.inflow.enter(payload.length);
    judge(new Arrival(session, entry, payload, payload, key, digest(session, entry, payload)));
  }

  private void receiveOffLoop(Session session, TagEntry entry, byte[] wire) {
    try {
      byte[] payload = entry.code == TagTable.PP.code() ? ProposalCodec.decompress(wire) : wire;
      MessageKey key = null;
      if (entry.spec.duplicates() != Duplicates.KEPT) {
        key = core.duplicates().key(entry.spec, payload);
        if (!isNew(session, entry, key)) {
          session.inflow.leave(wire.length);
          return;
        }
      }
      judge(new Arrival(session, entry, payload, wire, key, digest(session, entry, payload)));
    } catch (BadMessageException e) {
      session.inflow.leave(wire.length);
      core.counters().refused("bad-data");
      session.close(CloseReason.of(CloseReason.Kind.BAD_DATA, String.valueOf(e.getMessage())));
    }
  }

  private boolean isNew(Session session, TagEntry entry, MessageKey key) {
    DuplicateFilter.Result result =
        core.duplicates().mark(key, entry.spec.lane(), core.clock().nanoTime());
    if (result == DuplicateFilter.Result.DUPLICATE) {
      duplicates(session.terms.transport()).increment();
    } else if (result == DuplicateFilter.Result.FULL) {
      core.counters().refused("inbound.duplicate-ids");
    }
    return result == DuplicateFilter.Result.NEW;
  }

  private LongAdder duplicates(TransportKind transport) {
    return transport == TransportKind.WS ? wsDuplicates : p2pDuplicates;
  }

  private byte @Nullable [] digest(Session session, TagEntry entry, byte[] payload) {
    boolean announced =
        entry.spec.kind() == Kind.RELAYED && payload.length >= MessageSkip.MIN_BODY_BYTES;
    if (!announced) {
      return null;
    }
    byte[] digest = MessageSkip.digest(entry.code, payload);
    outbound.announce(digest, session);
    return digest;
  }

  private void judge(Arrival arrival) {
    var message = new Message(
        arrival.entry.spec.tag(),
        arrival.payload,
        arrival.session.via(),
        core.clock().now());
    var validator = arrival.entry.validator();
    ArrivalOrder order = arrival.session.order(arrival.entry.spec.lane());
    if (validator == null) {
      travel(arrival);
      if (order.isIdle()) {
        deliver(arrival, message);
      } else {
        order.take().leave(() -> deliver(arrival, message));
      }
      return;
    }
    ArrivalOrder.Place place = order.take();
    validation.judge(
        validator, message, place::giveUp, verdict -> judged(arrival, message, place, verdict));
  }

  private void judged(Arrival arrival, Message message, ArrivalOrder.Place place, Verdict verdict) {
    if (verdict == Verdict.ACCEPT) {
      travel(arrival);
      place.leave(() -> deliver(arrival, message));
      return;
    }
    place.giveUp();
    discarded(arrival);
    if (verdict == Verdict.REJECT) {
      core.counters().refused("rejected");
      arrival.session.close(CloseReason.of(CloseReason.Kind.REJECTED));
    }
  }

  private void discarded(Arrival arrival) {
    if (arrival.key != null) {
      // A later copy is judged again.
      core.duplicates().unmark(arrival.key);
    }
    arrival.session.inflow.leave(arrival.wire.length);
  }

  /** Passes it on as soon as it may: behind a relay there is no order. */
  private void travel(Arrival arrival) {
    TagEntry entry = arrival.entry;
    if (!arrival.isDirect()) {
      arrival.session.delivered.incrementAndGet();
    }
    boolean travels =
        entry.spec.kind() == Kind.RELAYED && core.config().traffic().relays();
    if (travels && !arrival.isDirect()) {
      outbound.forward(entry, arrival.wire, arrival.digest, arrival.session);
    }
  }

  /** Shows it to the application, after what came before it from the same peer in the same lane. */
  private void deliver(Arrival arrival, Message message) {
    TagEntry entry = arrival.entry;
    core.taps().show(message, arrival.payload.length);
    MessageHandler handler = entry.handler();
    if (handler == null) {
      arrival.session.inflow.leave(arrival.wire.length);
      return;
    }
    Lane lane = entry.spec.lane();
    int size = arrival.wire.length;
    arrival
        .session
        .handlers(lane)
        .execute(
            () -> {
              handle(handler, message);
              arrival.session.inflow.leave(size);
            },
            () -> refuse(arrival.session, size, NodeExecutors.refusal(lane)));
  }

  private void refuse(Session session, int size, String reason) {
    core.counters().refused(reason);
    session.inflow.leave(size);
  }

  private void handle(MessageHandler handler, Message message) {
    try {
      handler.handle(message);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      // Code of the user may throw anything, a failed assertion too, and must not stop this queue.
      failures.increment();
      LOG.warn("the handler of tag {} failed", message.tag(), e);
    }
  }

  /**
   * One message under way.
   *
   * @param payload what handlers see
   * @param wire what travels on; the same array unless it is compressed
   * @param key its name in the duplicate filter, if it has one there
   * @param digest its digest, if it is large enough to have one
   */
  private record Arrival(
      Session session,
      TagEntry entry,
      byte[] payload,
      byte[] wire,
      @Nullable MessageKey key,
      byte @Nullable [] digest) {
    /** Relayed tags always have a key unless they came by {@code td}. */
    boolean isDirect() {
      return key == null;
    }
  }
}
