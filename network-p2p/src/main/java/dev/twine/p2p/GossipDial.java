package dev.twine.p2p;

import dev.twine.gossip.NodeClock;
import dev.twine.gossip.SessionHandle;
import dev.twine.network.Address;
import dev.twine.network.Registration;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** One attempt to reach an address. Ends once, with a session or with the step that failed. */
final class GossipDial {
  private final Address address;
  private final CompletableFuture<SessionHandle> result = new CompletableFuture<>();
  private volatile DialStep step = DialStep.CONNECT;

  GossipDial(Address address, NodeClock clock, Duration deadline) {
    this.address = address;
    Registration timer = clock.schedule(deadline, () -> fail(step.late()));
    result.whenComplete((session, failure) -> timer.close());
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
    result.completeExceptionally(reason.of(address));
  }
}
