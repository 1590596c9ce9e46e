package dev.twine.gossip;

import dev.twine.broadcaster.PeerWriter;
import dev.twine.identity.NodeId;
import dev.twine.network.Lane;
import dev.twine.network.NodeEvent;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.channel.Channel;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Opens and ends sessions: the two places where all parts of a node take part. */
final class Sessions {
  private final Core core;
  private final PeerTable table;
  private final Outbound outbound;
  private final Requests requests;
  private final Liveness liveness;
  private final Identities identities;
  private final Exchange exchange;
  private final Dispatcher dispatcher;
  private final Mesh mesh;
  private final AtomicLong numbers = new AtomicLong();

  Sessions(Core core, PeerTable table, Mesh mesh) {
    this.core = core;
    this.table = table;
    this.mesh = mesh;
    outbound = new Outbound(core);
    requests = new Requests(core, outbound);
    liveness = new Liveness(core, table);
    identities = new Identities(core, table, outbound, liveness);
    exchange = new Exchange(core, table, mesh, outbound);
    dispatcher = new Dispatcher(
        core,
        new Inbound(core, outbound),
        requests,
        new Answers(core, outbound),
        identities,
        exchange);
  }

  Outbound outbound() {
    return outbound;
  }

  Requests requests() {
    return requests;
  }

  Exchange exchange() {
    return exchange;
  }

  Liveness liveness() {
    return liveness;
  }

  /** On the channel's loop; see {@link TransportContext#open}. */
  Session open(Channel channel, SessionTerms terms) {
    NodeId proven = terms.provenId();
    var session = new Session(numbers.incrementAndGet(), channel, terms, core, this::ended);
    PeerTable.Claim claim;
    try {
      checkSelf(terms);
      claim = table.register(session, proven);
      checkClaim(claim, session, proven);
      session.contested(claim instanceof PeerTable.Claim.Contested);
      attach(session);
    } catch (RuntimeException e) {
      // Whatever the reason, nothing may remain of a session that did not open.
      table.remove(session);
      terms.permit().close();
      throw e;
    }
    terms.permit().settle();
    channel.closeFuture().addListener(closed -> {
      session.close(CloseReason.of(CloseReason.Kind.REMOTE_CLOSED));
      terms.permit().close();
    });
    greet(session);
    core.counters()
        .count(
            Counters.OPENED,
            "transport",
            terms.transport().label(),
            "direction",
            terms.direction().name().toLowerCase(Locale.ROOT));
    core.event(new NodeEvent.SessionOpened(core.clock().now(), session.info()));
    if (proven != null) {
      identities.settle(session, proven, claim);
    }
    liveness.opened(session);
    mesh.opened(session);
    exchange.opened(session);
    return session;
  }

  private void checkSelf(SessionTerms terms) {
    byte[] random = terms.remoteRandom();
    if (random.length > 0 && Arrays.equals(random, core.local().nodeRandom())) {
      throw refuse(
          "self", Code.SELF, "connected to itself", terms.address(), "dial another address");
    }
    NodeId proven = terms.provenId();
    if (proven != null && proven.equals(core.local().nodeId())) {
      throw refuse(
          "self",
          Code.SELF,
          Identities.SAME_KEY,
          terms.address(),
          "give each node a key of its own");
    }
  }

  private void checkClaim(PeerTable.Claim claim, Session session, @Nullable NodeId proven) {
    if (claim instanceof PeerTable.Claim.Duplicate) {
      core.counters().count(Counters.IDENTITY_DUPLICATES);
      throw refuse(
          "duplicate-id",
          Code.DUPLICATE_ID,
          "a session with this node exists",
          String.valueOf(proven),
          "use that one");
    }
    if (claim instanceof PeerTable.Claim.NoRoom) {
      throw refuse(
          "sessions.unidentified",
          Code.REFUSED,
          "too many peers that have not proven who they are",
          session.terms.address(),
          "raise sessions.unidentified, or try again later");
    }
    if (claim instanceof PeerTable.Claim.Gone) {
      throw closed();
    }
  }

  private void attach(Session session) {
    session.channel.pipeline().addLast(new SessionHandler(session, core, dispatcher));
    try {
      session.writer(core.broadcaster()
          .attach(
              session.channel,
              session.terms.form(),
              session.interest(),
              (peer, reason) -> session.close(CloseReason.of(
                  reason == PeerWriter.CutReason.PRIORITY_OVERFLOW
                      ? CloseReason.Kind.PRIORITY_OVERFLOW
                      : CloseReason.Kind.SLOW))));
    } catch (IllegalStateException e) {
      session.channel.pipeline().remove(SessionHandler.class);
      throw closed();
    }
  }

  private void greet(Session session) {
    boolean twine = session.terms.twine1();
    if (twine || core.config().traffic().relays()) {
      int[] all = core.tags().table.specs().stream()
          .mapToInt(spec -> spec.tag().code())
          .filter(code -> code != TagTable.VP.code())
          .toArray();
      byte[] body = MessagesOfInterest.encode(all, core.tags().table, twine);
      outbound.control(session, TagTable.MI, body, Lane.PRIORITY);
    }
    for (Greeting greeting : session.terms.greetings()) {
      outbound.control(session, greeting.tag(), greeting.body(), Lane.PRIORITY);
    }
    identities.prove(session);
  }

  /** Any thread, once per session. */
  private void ended(Session session, CloseReason reason) {
    boolean wasOpen = table.remove(session);
    PeerWriter writer = session.writer();
    if (writer != null) {
      writer.detach();
    }
    session.inflow.close();
    requests.closed(session);
    liveness.closed(session);
    if (wasOpen) {
      core.counters()
          .count(
              Counters.DISCONNECTED,
              "transport",
              session.terms.transport().label(),
              "reason",
              reason.kind().label());
      core.event(new NodeEvent.SessionClosed(core.clock().now(), session.info(), reason.text()));
    }
  }

  private TwineException refuse(
      String counter, Code code, String what, String value, String remedy) {
    core.counters().refused(counter);
    return new TwineException(code, what, value, remedy);
  }

  private TwineException closed() {
    return new TwineException(
        Code.CLOSED, "the node is closed", core.local().nodeId().toString(), "start a new one");
  }
}
