package dev.twine.gossip;

import dev.twine.identity.NodeId;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.PeerRef;
import dev.twine.network.TransportKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The open sessions and who they lead to. Registration, identification and removal are one state
 * machine under one lock, which is never held over I/O or a callback; so no order of them leaves an
 * identity taken by a session that is gone.
 */
final class PeerTable {
  /** What became of a claim to an identity. */
  sealed interface Claim {
    /** The session has it; the other one, if any, is not listed any more and is to be closed. */
    record Granted(@Nullable Session displaced) implements Claim {}

    /** An older or preferred session has it. */
    record Duplicate(Session holder) implements Claim {}

    /** Another process shows the same key, or the holder is silent: whether it lives decides. */
    record Contested(Session holder) implements Claim {}

    /** There is no room among the unidentified. */
    record NoRoom() implements Claim {}

    /** The session is gone, or the node closes. */
    record Gone() implements Claim {}
  }

  private final NodeId self;
  private final int maxUnidentified;
  private final Map<Long, Session> sessions = new LinkedHashMap<>();
  private final Map<NodeId, Session> byNode = new HashMap<>();

  /** Open still, but no session of their node any more; each of them has a permit. */
  private final Set<Session> displaced = new HashSet<>();

  private int unidentified;
  private boolean closed;

  PeerTable(NodeId self, int maxUnidentified) {
    this.self = self;
    this.maxUnidentified = maxUnidentified;
  }

  /** Registers a session with the identity that its handshake proved, or without. */
  synchronized Claim register(Session session, @Nullable NodeId proven) {
    if (closed) {
      return new Claim.Gone();
    }
    Session holder = proven == null ? null : byNode.get(proven);
    Claim claim = proven == null ? new Claim.Granted(null) : judge(session, proven, holder);
    if (claim instanceof Claim.Duplicate) {
      return claim;
    }
    if (proven != null && claim instanceof Claim.Granted) {
      sessions.put(session.ref.number(), session);
      displace(holder);
      grant(session, proven);
      return claim;
    }
    if (unidentified >= maxUnidentified) {
      return new Claim.NoRoom();
    }
    unidentified++;
    sessions.put(session.ref.number(), session);
    return claim;
  }

  /** A registered session has proven who it is. */
  synchronized Claim identify(Session session, NodeId proven) {
    if (!sessions.containsKey(session.ref.number())) {
      return new Claim.Gone();
    }
    NodeId known = session.nodeId();
    if (known != null) {
      return known.equals(proven) ? new Claim.Granted(null) : new Claim.Duplicate(session);
    }
    Session holder = byNode.get(proven);
    Claim claim = judge(session, proven, holder);
    if (claim instanceof Claim.Granted) {
      unidentified--;
      displace(holder);
      grant(session, proven);
    }
    return claim;
  }

  /** The holder did not answer: it goes, unless somebody else has taken its place by now. */
  synchronized Claim replace(Session session, NodeId proven, Session silent) {
    boolean here = sessions.containsKey(session.ref.number()) && session.nodeId() == null;
    if (!here) {
      return new Claim.Gone();
    }
    Session holder = byNode.get(proven);
    if (holder != null && holder != silent) {
      return new Claim.Duplicate(holder);
    }
    unidentified--;
    grant(session, proven);
    return new Claim.Granted(holder);
  }

  /** False if it was not there. */
  synchronized boolean remove(Session session) {
    if (sessions.remove(session.ref.number()) == null) {
      return displaced.remove(session);
    }
    NodeId id = session.nodeId();
    if (id == null) {
      unidentified--;
    } else {
      byNode.remove(id, session);
    }
    return true;
  }

  /** Registers nobody any more, and gives back who is there. */
  synchronized List<Session> close() {
    closed = true;
    var all = new ArrayList<Session>(sessions.values());
    all.addAll(displaced);
    return all;
  }

  /** The sessions that take part, oldest first. */
  synchronized List<Session> list() {
    return sessions.values().stream()
        .filter(session -> session.writer() != null)
        .toList();
  }

  synchronized @Nullable Session find(PeerRef peer) {
    Session session = peer instanceof PeerRef.Session one
        ? sessions.get(one.number())
        : byNode.get(((PeerRef.Node) peer).id());
    return session == null || session.writer() == null ? null : session;
  }

  synchronized int unidentified() {
    return unidentified;
  }

  synchronized int count(TransportKind transport, Direction direction) {
    int count = 0;
    for (Session session : sessions.values()) {
      if (session.terms.transport() == transport && session.terms.direction() == direction) {
        count++;
      }
    }
    return count;
  }

  private void displace(@Nullable Session holder) {
    if (holder != null && sessions.remove(holder.ref.number()) != null) {
      displaced.add(holder);
    }
  }

  private void grant(Session session, NodeId proven) {
    byNode.put(proven, session);
    session.nodeId(proven);
  }

  private Claim judge(Session session, NodeId proven, @Nullable Session holder) {
    if (holder == null || !holder.isOpen()) {
      return new Claim.Granted(null);
    }
    if (areTwoProcesses(holder, session)) {
      return new Claim.Contested(holder);
    }
    if (DuplicateRule.newcomerWins(holder, session, self, proven)) {
      return new Claim.Granted(holder);
    }
    return DuplicateRule.isInDoubt(holder, session)
        ? new Claim.Contested(holder)
        : new Claim.Duplicate(holder);
  }

  /** Whether two sessions with one node lead to two runs of it, as far as they say. */
  static boolean areTwoProcesses(Session one, Session other) {
    byte[] held = one.terms.remoteRandom();
    byte[] shown = other.terms.remoteRandom();
    return held.length > 0 && shown.length > 0 && !Arrays.equals(held, shown);
  }
}
