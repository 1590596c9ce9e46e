package dev.twine.gossip;

import dev.twine.broadcaster.OutboundMessage;
import dev.twine.broadcaster.PeerWriter;
import dev.twine.broadcaster.Ticket;
import dev.twine.network.Backlog;
import dev.twine.network.Lane;
import dev.twine.network.Receipt;
import dev.twine.network.Receipt.Refusal;
import dev.twine.network.Tag;
import dev.twine.network.TagSpec.Duplicates;
import dev.twine.network.TagSpec.Kind;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Turns what is to be sent into messages for the lanes. Compression and digests of large messages
 * happen here, on the thread of the caller, never on the broadcaster's worker.
 */
final class Outbound {
  private final Core core;
  private final RelayQueue priority;
  private final RelayQueue bulk;

  Outbound(Core core) {
    this.core = core;
    priority = new RelayQueue(core, Lane.PRIORITY);
    bulk = new RelayQueue(core, Lane.BULK);
  }

  /** A message of this node's own. */
  Receipt broadcast(Tag tag, byte[] payload) {
    TagEntry entry = core.tags().sendable(tag);
    Refusal refusal = check(entry, payload);
    if (entry == null || refusal != null) {
      return refused(refusal == null ? Refusal.UNKNOWN_TAG : refusal);
    }
    if (entry.spec.duplicates() == Duplicates.KEPT) {
      return receipt(offer(entry, payload.clone(), null));
    }
    MessageKey key = core.duplicates().key(entry.spec, payload);
    DuplicateFilter.Result result =
        core.duplicates().mark(key, entry.spec.lane(), core.clock().nanoTime());
    if (result != DuplicateFilter.Result.NEW) {
      return refused(result == DuplicateFilter.Result.FULL ? Refusal.LANE_FULL : Refusal.DUPLICATE);
    }
    Ticket ticket = offer(entry, payload.clone(), null);
    if (ticket.refusal() != null) {
      // Nothing of it was sent, so trying again must be possible.
      core.duplicates().unmark(key);
    }
    return receipt(ticket);
  }

  /** A message of somebody else's, which this node may have seen already. */
  Receipt relay(Tag tag, byte[] payload, @Nullable Session except) {
    TagEntry entry = core.tags().sendable(tag);
    Refusal refusal = check(entry, payload);
    if (entry == null || refusal != null) {
      return refused(refusal == null ? Refusal.UNKNOWN_TAG : refusal);
    }
    if (entry.spec.duplicates() != Duplicates.KEPT) {
      MessageKey key = core.duplicates().key(entry.spec, payload);
      core.duplicates().mark(key, entry.spec.lane(), core.clock().nanoTime());
    }
    return receipt(offer(entry, payload.clone(), except == null ? null : except.writer()));
  }

  /** To one peer. */
  Receipt send(@Nullable Session peer, Tag tag, byte[] payload) {
    TagEntry entry = core.tags().sendable(tag);
    Refusal refusal = check(entry, payload);
    if (entry == null || refusal != null) {
      return refused(refusal == null ? Refusal.UNKNOWN_TAG : refusal);
    }
    PeerWriter writer = peer == null ? null : peer.writer();
    if (peer == null || writer == null) {
      return refused(Refusal.NO_SUCH_PEER);
    }
    if (!peer.interest().wants(entry.code)) {
      return refused(Refusal.NOT_WANTED);
    }
    boolean sealed = peer.terms.twine1() && entry.spec.kind() == Kind.RELAYED;
    OutboundMessage message = sealed
        ? message(TagTable.DIRECT.code(), DirectCodec.encode(tag, payload), entry.spec.lane())
        : encode(entry, payload.clone(), null);
    return receipt(writer.send(message));
  }

  /** Waits for the slowest peer. */
  boolean awaitBacklog(Lane lane, Backlog atMost, Duration deadline) throws InterruptedException {
    return core.broadcaster().awaitBacklog(lane(lane), atMost.messages(), atMost.bytes(), deadline);
  }

  /** A message that was received and accepted travels on as it came. */
  void forward(TagEntry entry, byte[] wire, byte @Nullable [] digest, Session from) {
    OutboundMessage message =
        complete(message(entry.code, wire, entry.spec.lane()), from.writer(), digest);
    (entry.spec.lane() == Lane.PRIORITY ? priority : bulk).forward(message, from);
  }

  /** Tells the others that they need not send what this node has. */
  void announce(byte[] digest, Session from) {
    OutboundMessage message = message(TagTable.MS.code(), digest, Lane.BULK);
    PeerWriter sender = from.writer();
    core.broadcaster().offer(sender == null ? message : message.except(sender));
  }

  /** A message of the engine's own to one peer. Null if the session does not take part any more. */
  @Nullable
  Ticket control(Session peer, Tag tag, byte[] body, Lane lane) {
    PeerWriter writer = peer.writer();
    return writer == null ? null : writer.send(message(tag.code(), body, lane));
  }

  private @Nullable Refusal check(@Nullable TagEntry entry, byte[] payload) {
    if (entry == null) {
      return Refusal.UNKNOWN_TAG;
    }
    return payload.length > entry.spec.maxBytes() ? Refusal.TOO_LARGE : null;
  }

  private Ticket offer(TagEntry entry, byte[] payload, @Nullable PeerWriter except) {
    return core.broadcaster().offer(encode(entry, payload, except));
  }

  private OutboundMessage encode(TagEntry entry, byte[] payload, @Nullable PeerWriter except) {
    byte[] digest = payload.length >= MessageSkip.MIN_BODY_BYTES
        ? MessageSkip.digest(entry.code, payload)
        : null;
    byte[] wire = entry.code == TagTable.PP.code() ? ProposalCodec.compress(payload) : payload;
    return complete(message(entry.code, wire, entry.spec.lane()), except, digest);
  }

  private static OutboundMessage complete(
      OutboundMessage message, @Nullable PeerWriter except, byte @Nullable [] digest) {
    OutboundMessage others = except == null ? message : message.except(except);
    return digest == null ? others : others.withDigest(digest);
  }

  private OutboundMessage message(int tagCode, byte[] body, Lane lane) {
    return OutboundMessage.of(tagCode, body, lane(lane), core.clock().nanoTime());
  }

  private Receipt receipt(Ticket ticket) {
    var receipt = new TicketReceipt(ticket);
    receipt.refusal().ifPresent(refusal -> core.counters().refused(label(refusal)));
    return receipt;
  }

  private Receipt refused(Refusal refusal) {
    core.counters().refused(label(refusal));
    return TicketReceipt.refused(refusal);
  }

  private static String label(Refusal refusal) {
    return "send." + refusal.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static dev.twine.broadcaster.Lane lane(Lane lane) {
    return lane == Lane.PRIORITY
        ? dev.twine.broadcaster.Lane.PRIORITY
        : dev.twine.broadcaster.Lane.BULK;
  }
}
