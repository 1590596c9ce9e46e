package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The dial of one peer: tries its addresses until one is upgraded and closes all others. Every caller
 * may bring further addresses; the job fails when all were tried. Lives on one event loop, as do the
 * connections that it makes; {@link #join} and {@link #fail} may be called from any thread.
 */
final class DialJob {
  private final Dialler dialler;
  private final NodeId peer;
  private final EventLoop loop;
  private final CompletableFuture<Connection> result = new CompletableFuture<>();
  private final DialFailures failures = new DialFailures();
  private final DialAddresses addresses;
  private final DialPlan plan;
  private final List<DialAttempt> attempts = new ArrayList<>();
  private int callers;

  /** Callers whose addresses are not all found yet. */
  private int searching;

  /** Nobody joins any more: every caller has left, or everything was tried. */
  private boolean over;

  private @Nullable Future<?> timer;

  DialJob(Dialler dialler, NodeId peer) {
    this.dialler = dialler;
    this.peer = peer;
    this.loop = dialler.parts().context().loops().next();
    this.addresses = new DialAddresses(dialler, peer, failures, loop);
    var limits = dialler.parts().limits().dials();
    this.plan = new DialPlan(limits.stagger(), limits.counts().perPeer());
    result.whenComplete((connection, failure) -> {
      dialler.ended(this);
      execute(this::stop);
    });
  }

  NodeId peer() {
    return peer;
  }

  EventLoop loop() {
    return loop;
  }

  Dialler dialler() {
    return dialler;
  }

  boolean isDone() {
    return result.isDone();
  }

  /** A future of one caller's own; null if the job is over. */
  @Nullable
  CompletableFuture<Connection> join(Collection<Multiaddr> more) {
    synchronized (this) {
      if (over || result.isDone()) {
        return null;
      }
      callers++;
      searching++;
    }
    CompletableFuture<Connection> own = result.copy();
    own.whenComplete((connection, failure) -> {
      // By the caller: cancelled, or completed by its own timeout.
      if (!result.isDone()) {
        leave();
      }
    });
    search(more).whenComplete((done, broken) -> execute(() -> found(broken)));
    return own;
  }

  void fail(Libp2pException reason) {
    result.completeExceptionally(reason);
  }

  /** An attempt has made a connection; on the loop. */
  void succeeded(DialAttempt attempt, Connection connection) {
    attempts.remove(attempt);
    Multiaddr address = attempt.target().resolved();
    dialler.backoff().succeeded(address.withPeer(peer));
    dialler.rate().reached(address, peer);
    if (!result.complete(connection)) {
      connection.close();
    }
  }

  /** An attempt has ended without a connection; on the loop. */
  void failed(DialAttempt attempt, Libp2pException cause, boolean tried) {
    attempts.remove(attempt);
    if (result.isDone()) {
      return;
    }
    Multiaddr address = attempt.target().resolved();
    if (tried) {
      dialler.backoff().failed(address.withPeer(peer), now());
    }
    failures.add(cause);
    plan.failed();
    proceed();
  }

  private CompletableFuture<Void> search(Collection<Multiaddr> more) {
    try {
      return addresses.find(more, targets -> execute(() -> add(targets)));
    } catch (RuntimeException broken) {
      return CompletableFuture.failedFuture(broken);
    }
  }

  private void add(List<DialTarget> targets) {
    plan.add(targets);
    proceed();
  }

  /** One caller's addresses are all in the plan, but for what a user's class broke. */
  private void found(@Nullable Throwable broken) {
    if (broken != null) {
      failures.add(new Libp2pException(
          FailureReason.DIAL_FAILED,
          "the gater or a transport failed",
          peer + " (" + broken + ")",
          "see the cause",
          broken));
    }
    synchronized (this) {
      searching--;
    }
    proceed();
  }

  private void proceed() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    DialTarget target;
    while (!result.isDone() && (target = plan.start(now())) != null) {
      DialAttempt attempt = new DialAttempt(this, target);
      attempts.add(attempt);
      attempt.start();
    }
    if (result.isDone()) {
      return;
    }
    if (plan.exhausted()) {
      giveUpUnlessSearching();
    } else if (plan.hasNext() && plan.waitNanos(now()) > 0) {
      timer = loop.schedule(this::proceed, plan.waitNanos(now()), TimeUnit.NANOSECONDS);
    }
  }

  private void giveUpUnlessSearching() {
    synchronized (this) {
      if (searching > 0) {
        return;
      }
      // From here on a caller with other addresses gets another job.
      over = true;
    }
    result.completeExceptionally(failures.summary(peer));
  }

  private void leave() {
    synchronized (this) {
      callers--;
      if (callers > 0) {
        return;
      }
      over = true;
    }
    result.cancel(false);
  }

  /** The job is over: ends what is still under way. */
  private void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
    for (DialAttempt attempt : List.copyOf(attempts)) {
      attempt.cancel();
    }
  }

  private void execute(Runnable task) {
    try {
      if (loop.inEventLoop()) {
        task.run();
      } else {
        loop.execute(task);
      }
    } catch (RejectedExecutionException ended) {
      // The loop's channels ended with it.
      result.cancel(false);
    }
  }

  private long now() {
    return dialler.parts().nanoClock().getAsLong();
  }
}
