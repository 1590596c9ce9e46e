package dev.twine.p2p;

import dev.twine.gossip.CloseReason.Kind;
import dev.twine.gossip.SessionHandle;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.CloseReason;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.libp2p.core.ping.Ping;
import dev.twine.network.TwineException.Code;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One connection and the gossip that runs over it, or is about to: acts on what its {@link LinkState}
 * decides. Its lock guards that and the sets, and is never held over I/O or a callback.
 *
 * <p>When gossip has ended and nothing else uses the connection, it is closed, as go-algorand does;
 * streams of other protocols may finish first.
 */
final class Link {
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final GossipStreams streams;
  private final Connection connection;
  private final boolean lower;
  private final LinkState state;

  /** Under this name the host spares the peer when it trims connections. */
  private final String protection = "gossip " + NUMBERS.incrementAndGet();

  private final Set<GossipDial> dials = new HashSet<>();
  private final Set<Handshake> handshakes = new HashSet<>();
  private final Set<SessionHandle> sessions = new LinkedHashSet<>();

  /** Whether whoever dialled for gossip has given up. */
  private boolean abandoned;

  Link(GossipStreams streams, Connection connection) {
    this.streams = streams;
    this.connection = connection;
    lower = streams.context().local().nodeId().compareTo(connection.peer()) < 0;
    state = new LinkState(lower, connection.initiator());
  }

  GossipStreams streams() {
    return streams;
  }

  Connection connection() {
    return connection;
  }

  /** Whether the end with the lower node ID has opened a stream. */
  boolean isOpenedByLower(boolean openedHere) {
    return openedHere == lower;
  }

  /** The connection is new; once. */
  void begin() {
    boolean opens;
    synchronized (this) {
      opens = state.begin(streams.isWanted(connection.peer()));
    }
    if (opens) {
      open();
    }
  }

  /** A dial has got this connection and wants a session. */
  void join(GossipDial dial) {
    dial.connected();
    SessionHandle open = null;
    LinkState.Join todo;
    synchronized (this) {
      todo = state.join();
      if (todo == LinkState.Join.TAKE) {
        open = sessions.stream().filter(SessionHandle::isOpen).findFirst().orElse(null);
      } else {
        dials.add(dial);
        abandoned = false;
      }
    }
    dial.result().whenComplete((session, failure) -> leave(dial));
    if (open != null) {
      dial.succeed(open);
    } else if (todo == LinkState.Join.TAKE) {
      dial.fail(DialStep.ENDED.byItsEnd());
    } else if (todo == LinkState.Join.OPEN) {
      open();
    }
    if (!connection.isOpen()) {
      dial.fail(ended("closed"));
    }
  }

  /** On the loop: the peer has opened a stream. */
  void accept(StreamChannel stream) {
    var handshake = new Handshake(this, false);
    boolean accepted;
    synchronized (this) {
      accepted = state.accept(streams.isWanted(connection.peer()));
      if (accepted) {
        handshakes.add(handshake);
      }
    }
    if (accepted) {
      stream.pipeline().addLast(handshake);
    } else {
      stream.reset();
    }
  }

  /** On the loop: the engine has taken the session. */
  void opened(Handshake handshake, SessionHandle session) {
    List<GossipDial> waiting;
    boolean unwanted;
    synchronized (this) {
      handshakes.remove(handshake);
      state.opened();
      sessions.add(session);
      protectOrNot();
      waiting = List.copyOf(dials);
      unwanted = abandoned && connection.initiator();
    }
    session.closed().thenAccept(reason -> ended(session));
    waiting.forEach(dial -> dial.succeed(session));
    if (unwanted) {
      session.close(dev.twine.gossip.CloseReason.of(Kind.DISCONNECTED));
    }
  }

  /** Any thread: a handshake did not lead to a session. Harmless when repeated. */
  void failed(Handshake handshake, Refusal reason) {
    if (fail(handshake, reason)) {
      closeWhenUnused();
    }
  }

  /** The peer has ended the stream without a word. If it dialled, it has come for something else. */
  void declined(Handshake handshake, Refusal reason) {
    if (fail(handshake, reason) && connection.initiator()) {
      closeWhenUnused();
    }
  }

  /** Ends the handshakes that are under way. */
  void giveUp() {
    List<Handshake> running;
    synchronized (this) {
      running = List.copyOf(handshakes);
    }
    running.forEach(handshake -> handshake.abort(DialStep.CLOSED));
  }

  /** The connection has ended, and its streams with it. */
  void disconnected(CloseReason reason) {
    List<GossipDial> waiting;
    synchronized (this) {
      waiting = List.copyOf(dials);
    }
    waiting.forEach(dial -> dial.fail(ended(reason.text())));
  }

  private void open() {
    var handshake = new Handshake(this, true);
    synchronized (this) {
      handshakes.add(handshake);
    }
    var limit = streams.context().limits().sessions().handshake();
    var opening = connection.open(new StreamRequest(streams.ids(), handshake, limit));
    handshake.opening(opening);
    opening.whenComplete((stream, failure) -> {
      if (failure != null) {
        declined(handshake, DialStep.HANDSHAKE.failed(failure));
      }
    });
  }

  private boolean fail(Handshake handshake, Refusal reason) {
    List<GossipDial> waiting;
    synchronized (this) {
      if (!handshakes.remove(handshake)) {
        return false;
      }
      waiting = state.failed() ? List.copyOf(dials) : List.of();
    }
    waiting.forEach(dial -> dial.fail(reason));
    return true;
  }

  private void leave(GossipDial dial) {
    List<Handshake> running;
    synchronized (this) {
      dials.remove(dial);
      if (!dials.isEmpty() || !state.unwanted()) {
        return;
      }
      abandoned = true;
      running = List.copyOf(handshakes);
    }
    running.forEach(handshake -> handshake.abort(DialStep.GIVEN_UP));
    closeWhenUnused();
  }

  /** Any thread: the stream may have to send what is queued still. */
  private void ended(SessionHandle session) {
    synchronized (this) {
      state.ended();
      sessions.remove(session);
      protectOrNot();
    }
    closeWhenUnused();
  }

  /** With the lock held: a session that opens as another one ends must not lose its protection. */
  private void protectOrNot() {
    Host host = streams.host();
    if (host == null) {
      return;
    }
    if (sessions.isEmpty()) {
      host.tags().unprotect(connection.peer(), protection);
    } else {
      host.tags().protect(connection.peer(), protection);
    }
  }

  private void closeWhenUnused() {
    synchronized (this) {
      if (!state.isIdle() || !dials.isEmpty()) {
        return;
      }
    }
    for (StreamChannel stream : connection.streams()) {
      if (stream.isOpen() && !Ping.ID.equals(stream.attr(StreamChannel.PROTOCOL).get())) {
        stream.closeFuture().addListener(closed -> closeWhenUnused());
        return;
      }
    }
    connection.close();
  }

  private static Refusal ended(String how) {
    return DialStep.HANDSHAKE
        .refused(Code.REFUSED, "connection ended (" + how + ")", null)
        .byItsEnd();
  }
}
