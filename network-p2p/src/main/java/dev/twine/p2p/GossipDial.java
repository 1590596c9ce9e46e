package dev.twine.p2p;

import dev.twine.gossip.NodeClock;
import dev.twine.gossip.SessionHandle;
import dev.twine.network.Address;
import dev.twine.network.Registration;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One attempt to reach an address. Ends once, with a session or with the step that failed. */
final class GossipDial {
  private final Address address;
  private final CompletableFuture<SessionHandle> result = new CompletableFuture<>();
  private volatile DialStep step = DialStep.CONNECT;

  /** Who goes on when this one fails; null if nobody does. */
  private final @Nullable Consumer<Refusal> otherwise;

  GossipDial(Address address, NodeClock clock, Duration deadline) {
    this.address = address;
    otherwise = null;
    Registration timer = clock.schedule(deadline, () -> fail(step.late()));
    result.whenComplete((session, failure) -> timer.close());
  }

  private GossipDial(Address address, Consumer<Refusal> otherwise) {
    this.address = address;
    this.otherwise = otherwise;
  }

  /** A part of it, which ends with the whole and may fail without it. */
  GossipDial part(Consumer<Refusal> otherwise) {
    connected();
    var part = new GossipDial(address, otherwise);
    part.result.thenAccept(this::succeed);
    result.whenComplete((session, failure) -> part.result.cancel(false));
    return part;
  }

  CompletableFuture<SessionHandle> result() {
    return result;
  }

  void connected() {
    step = DialStep.HANDSHAKE;
  }

  /** False if nobody waits for it any more. */
  boolean succeed(SessionHandle session) {
    return result.complete(session);
  }

  void fail(Refusal reason) {
    if (result.completeExceptionally(reason.of(address)) && otherwise != null) {
      otherwise.accept(reason);
    }
  }
}
