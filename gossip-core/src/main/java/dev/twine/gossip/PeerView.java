package dev.twine.gossip;

import dev.twine.network.Address;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerRef;
import dev.twine.network.Peers;
import dev.twine.network.Registration;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** The peers of a node as its users see them. */
final class PeerView implements Peers {
  /** A proof is one message and one signature away; who does not send it by then is unproven. */
  private static final Duration PROOF_DEADLINE = Duration.ofSeconds(5);

  private final Core core;
  private final PeerTable table;
  private final Mesh mesh;
  private final Liveness liveness;
  private final BooleanSupplier running;

  PeerView(Core core, PeerTable table, Mesh mesh, Liveness liveness, BooleanSupplier running) {
    this.core = core;
    this.table = table;
    this.mesh = mesh;
    this.liveness = liveness;
    this.running = running;
  }

  @Override
  public List<PeerInfo> list() {
    return table.list().stream().map(Session::info).toList();
  }

  @Override
  public CompletableFuture<PeerInfo> connect(Address address, Duration deadline) {
    if (!mesh.transports().canDial(address)) {
      return CompletableFuture.failedFuture(Transports.unsupported(address));
    }
    if (!running.getAsBoolean()) {
      return CompletableFuture.failedFuture(new TwineException(
          Code.CLOSED, "the node is not running", address.toString(), "start it first"));
    }
    Completions.Pending<PeerInfo> result = core.completions().<PeerInfo>begin().orElse(null);
    if (result == null) {
      return CompletableFuture.failedFuture(Completions.full(address));
    }
    CompletableFuture<SessionHandle> dial = mesh.transports().dial(address, deadline);
    result.future().whenComplete((info, failure) -> {
      if (result.future().isCancelled()) {
        dial.cancel(true);
      }
    });
    dial.whenComplete((handle, failure) -> {
      if (failure == null) {
        awaitIdentity(address, (Session) handle, result);
      } else {
        result.fail(Failures.unwrap(failure));
      }
    });
    return result.future();
  }

  @Override
  public boolean disconnect(PeerRef peer) {
    Session session = table.find(peer);
    if (session == null) {
      return false;
    }
    session.close(CloseReason.of(CloseReason.Kind.DISCONNECTED));
    return true;
  }

  @Override
  public CompletableFuture<Duration> ping(PeerRef peer, Duration deadline) {
    Session session = table.find(peer);
    if (session == null) {
      return CompletableFuture.failedFuture(noSuchPeer(peer));
    }
    Completions.Pending<Duration> result = core.completions().<Duration>begin().orElse(null);
    if (result == null) {
      return CompletableFuture.failedFuture(Completions.full(peer));
    }
    liveness.ping(session, deadline).whenComplete((rtt, failure) -> {
      if (failure == null) {
        result.complete(rtt);
      } else {
        result.fail(Failures.unwrap(failure));
      }
    });
    return result.future();
  }

  static TwineException noSuchPeer(PeerRef peer) {
    return new TwineException(
        Code.NO_SUCH_PEER,
        "no session leads to this peer",
        peer.toString(),
        "see the list of peers");
  }

  private void awaitIdentity(
      Address address, Session session, Completions.Pending<PeerInfo> result) {
    mesh.adopt(address, session);
    boolean expected = session.nodeId() == null && session.terms.twine1();
    if (!expected) {
      session.identified.complete(session);
    }
    Registration end =
        core.clock().schedule(PROOF_DEADLINE, () -> session.identified.complete(session));
    session.identified.thenAccept(settled -> {
      end.close();
      CloseReason closed = settled.closeReason();
      if (closed == null) {
        result.complete(settled.info());
      } else {
        result.fail(failure(address, closed));
      }
    });
  }

  private static TwineException failure(Address address, CloseReason reason) {
    Code code = switch (reason.kind()) {
      case DUPLICATE_ID, REPLACED -> Code.DUPLICATE_ID;
      case SELF -> Code.SELF;
      default -> Code.REFUSED;
    };
    return new TwineException(
        code, "session closed at step identity", address.toString(), reason.text());
  }
}
