package dev.twine.gossip;

import dev.twine.broadcaster.PeerWriter;
import dev.twine.broadcaster.TagSet;
import dev.twine.network.TagSpec.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** Decides by its tag which part of the node a message concerns. Runs on loops. */
final class Dispatcher {
  private final Core core;
  private final Inbound inbound;
  private final Requests requests;
  private final Answers answers;
  private final Identities identities;
  private final Exchange exchange;

  Dispatcher(
      Core core,
      Inbound inbound,
      Requests requests,
      Answers answers,
      Identities identities,
      Exchange exchange) {
    this.core = core;
    this.inbound = inbound;
    this.requests = requests;
    this.answers = answers;
    this.identities = identities;
    this.exchange = exchange;
  }

  /** The buffer holds the body and stays the caller's. */
  void dispatch(Session session, int code, ByteBuf body) {
    TagEntry entry = core.tags().get(code);
    if (entry == null) {
      core.counters().refused("unknown-tag");
      return;
    }
    entry.received(session.terms.transport(), body.readableBytes());
    if (body.readableBytes() > entry.spec.maxBytes()) {
      // Transports refuse it sooner; this is for one that does not.
      throw new BadMessageException("message above the limit of its tag");
    }
    if (entry.isPrivate && !session.terms.twine1()) {
      core.counters().refused("private-tag");
    } else if (code == TagTable.DIRECT.code()) {
      inbound.receiveDirect(session, body);
    } else if (entry.control) {
      control(session, entry, body);
    } else if (entry.spec.kind() == Kind.REQUEST) {
      answers.receive(session, entry, ByteBufUtil.getBytes(body));
    } else {
      inbound.receive(session, entry, body);
    }
  }

  private void control(Session session, TagEntry entry, ByteBuf body) {
    byte[] bytes = ByteBufUtil.getBytes(body);
    int code = entry.code;
    if (code == TagTable.TS.code()) {
      requests.answered(session, bytes);
    } else if (code == TagTable.MI.code()) {
      int[] wanted = MessagesOfInterest.decode(bytes, core.tags().table, session.terms.twine1());
      session.interest(TagSet.of(wanted));
    } else if (code == TagTable.MS.code()) {
      PeerWriter writer = session.writer();
      if (writer != null) {
        writer.skipDigest(MessageSkip.decode(bytes));
      }
    } else if (code == TagTable.NI.code()) {
      identities.challenged(session, bytes);
    } else if (code == TagTable.PROOF.code()) {
      identities.proven(session, bytes);
    } else if (code == TagTable.EXCHANGE.code()) {
      exchange.received(session, bytes);
    } else {
      // NP and VP: of no use to a node that offered neither, and no fault of the peer's.
      core.counters().refused("unused-tag");
    }
  }
}
