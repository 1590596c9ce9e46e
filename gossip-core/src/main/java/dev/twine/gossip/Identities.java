package dev.twine.gossip;

import dev.twine.gossip.IdentityProof.Binding;
import dev.twine.gossip.IdentityProof.End;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.network.Lane;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerInfo.Direction;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who is at the other end of a session, and sees to it that each node has one session.
 * Signatures are made and checked on validation threads.
 */
final class Identities {
  private static final Logger LOG = LoggerFactory.getLogger(Identities.class);

  /** One by the challenge and one by the proof. */
  private static final int MAX_SHOWN = 2;

  /** A few times the way to another continent and back. */
  private static final Duration OVERLAP = Duration.ofSeconds(1);

  static final String SAME_KEY = "another running node uses this key";

  private final Core core;
  private final PeerTable table;
  private final Outbound outbound;
  private final Liveness liveness;

  Identities(Core core, PeerTable table, Outbound outbound, Liveness liveness) {
    this.core = core;
    this.table = table;
    this.outbound = outbound;
    this.liveness = liveness;
  }

  /** Proves this node to a new session whose other end can judge a proof. */
  void prove(Session session) {
    NodeId verifier = claimed(session);
    boolean able = session.terms.twine1() && core.local().key().type() != KeyType.RSA;
    if (!able || verifier == null || session.terms.provenId() != null) {
      return;
    }
    offLoop(session, () -> {
      byte[] proof = IdentityProof.create(
          core.local().key(), binding(session, self(session), other(session, verifier), true));
      outbound.control(session, TagTable.PROOF, proof, Lane.PRIORITY);
    });
  }

  /** On the loop: the other end sent the last step of the challenge. */
  void challenged(Session session, byte[] body) {
    IdentityCheck check = session.terms.identityCheck();
    if (check != null) {
      shown(session);
      judge(session, () -> check.verify(body));
    }
  }

  /** On the loop: the other end sent its proof. */
  void proven(Session session, byte[] body) {
    shown(session);
    NodeId prover = claimed(session);
    if (prover == null) {
      throw new BadMessageException("proof of an identity that was not claimed");
    }
    NodeId known = session.nodeId();
    if (known != null && !prover.equals(known)) {
      throw new BadMessageException("proof of a second identity");
    }
    judge(
        session,
        () -> Optional.of(IdentityProof.verify(
            body, binding(session, other(session, prover), self(session), false))));
  }

  /** Acts on what became of the identity that a handshake proved. */
  void settle(Session session, NodeId id, PeerTable.Claim claim) {
    if (claim instanceof PeerTable.Claim.Granted granted) {
      session.contested(false);
      giveWay(granted.displaced());
      core.event(new NodeEvent.PeerIdentified(core.clock().now(), session.info()));
      session.proven.complete(id);
      session.identified.complete(session);
    } else if (claim instanceof PeerTable.Claim.Duplicate) {
      core.counters().count(Counters.IDENTITY_DUPLICATES);
      session.close(CloseReason.of(CloseReason.Kind.DUPLICATE_ID));
    } else if (claim instanceof PeerTable.Claim.Contested contested) {
      contest(session, id, contested.holder());
    }
  }

  /** Each of them costs a signature check away from the loop, where no allowance counts it. */
  private static void shown(Session session) {
    if (++session.identitiesShown > MAX_SHOWN) {
      throw new BadMessageException("identity shown again and again");
    }
  }

  private void judge(Session session, Supplier<Optional<NodeId>> check) {
    offLoop(session, () -> {
      Optional<NodeId> id;
      try {
        id = check.get();
      } catch (RuntimeException e) {
        // The check belongs to a transport; whatever it throws, nothing is proven.
        core.counters().refused("bad-identity");
        session.close(
            CloseReason.of(CloseReason.Kind.BAD_IDENTITY, String.valueOf(e.getMessage())));
        return;
      }
      id.ifPresent(proven -> identified(session, proven));
    });
  }

  private void identified(Session session, NodeId id) {
    NodeId known = session.nodeId();
    if (id.equals(core.local().nodeId())) {
      core.counters().refused("self");
      session.close(CloseReason.of(CloseReason.Kind.SELF, SAME_KEY));
    } else if (known == null || !known.equals(id)) {
      settle(session, id, table.identify(session, id));
    }
  }

  /** Two sessions show one key, and the first may be dead: it stays as long as it answers. */
  private void contest(Session session, NodeId id, Session holder) {
    session.contested(true);
    Duration deadline = core.limits().liveness().replace();
    liveness.ping(holder, deadline).whenComplete((rtt, silence) -> {
      if (silence == null) {
        core.counters().count(Counters.IDENTITY_DUPLICATES);
        session.close(
            PeerTable.areTwoProcesses(holder, session)
                ? CloseReason.of(CloseReason.Kind.DUPLICATE_ID, SAME_KEY)
                : CloseReason.of(CloseReason.Kind.DUPLICATE_ID));
        return;
      }
      PeerTable.Claim claim = table.replace(session, id, holder);
      if (claim instanceof PeerTable.Claim.Granted granted) {
        replace(granted.displaced());
        settle(session, id, new PeerTable.Claim.Granted(null));
      } else {
        settle(session, id, claim);
      }
    });
  }

  /**
   * What is under way in the session is not lost: it ends when the other end has surely opened the one
   * that takes its place, and sends over that as well.
   */
  private void giveWay(@Nullable Session displaced) {
    if (displaced != null) {
      core.counters().count(Counters.IDENTITY_DUPLICATES);
      var reason = CloseReason.of(CloseReason.Kind.DUPLICATE_ID);
      core.clock().schedule(OVERLAP, () -> displaced.close(reason));
    }
  }

  private void replace(@Nullable Session silent) {
    if (silent != null) {
      core.counters().count(Counters.IDENTITY_DUPLICATES);
      silent.close(CloseReason.of(CloseReason.Kind.REPLACED));
    }
  }

  private static @Nullable NodeId claimed(Session session) {
    NodeId proven = session.terms.provenId();
    return proven == null ? session.terms.claimedId() : proven;
  }

  private End self(Session session) {
    return new End(core.local().nodeId(), core.local().nodeRandom(), session.terms.localNonce());
  }

  private static End other(Session session, NodeId id) {
    return new End(id, session.terms.remoteRandom(), session.terms.remoteNonce());
  }

  private static Binding binding(Session session, End prover, End verifier, boolean selfProves) {
    boolean selfDialled = session.terms.direction() == Direction.OUT;
    byte[] channel = session.terms.channelBinding();
    return new Binding(
        prover,
        verifier,
        selfDialled == selfProves,
        session.terms.transport(),
        channel.length == 0 ? null : channel);
  }

  private void offLoop(Session session, Runnable task) {
    try {
      CompletableFuture.runAsync(task, core.executors().validation).exceptionally(bug -> {
        LOG.warn("the identity of session {} stays open", session.ref, bug);
        return null;
      });
    } catch (RejectedExecutionException fullOrEnded) {
      // A session whose ends do not know each other is of little use; whoever dialled tries again.
      core.counters().refused(NodeExecutors.VALIDATION);
      session.close(CloseReason.of(CloseReason.Kind.OVERLOADED));
    }
  }
}
