package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Connection;
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
 * The dial of one peer: tries its addresses until one is upgraded and closes all others. Lives on
 * one event loop, as do the connections that it makes; {@link #join} and {@link #fail} may be
 * called from any thread.
 */
final class DialJob {
  private final Dialler dialler;
  private final NodeId peer;
  private final EventLoop loop;
  private final CompletableFuture<Connection> result = new CompletableFuture<>();
  private final DialFailures failures = new DialFailures();
  private final List<DialAttempt> attempts = new ArrayList<>();
  private int callers;

  /** Every caller has left. */
  private boolean abandoned;

  private @Nullable DialPlan plan;
  private @Nullable Future<?> timer;

  DialJob(Dialler dialler, NodeId peer) {
    this.dialler = dialler;
    this.peer = peer;
    this.loop = dialler.parts().loops().group().next();
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
  CompletableFuture<Connection> join() {
    synchronized (this) {
      if (abandoned || result.isDone()) {
        return null;
      }
      callers++;
    }
    CompletableFuture<Connection> own = result.copy();
    own.whenComplete((connection, failure) -> {
      if (own.isCancelled()) {
        leave();
      }
    });
    return own;
  }

  void start(Collection<Multiaddr> addresses) {
    new DialAddresses(dialler, peer, failures)
        .resolve(addresses)
        .whenComplete((targets, never) -> execute(() -> begin(targets)));
  }

  void fail(Libp2pException reason) {
    result.completeExceptionally(reason);
  }

  /** An attempt has made a connection; on the loop. */
  void succeeded(DialAttempt attempt, Connection connection) {
    attempts.remove(attempt);
    dialler.backoff().succeeded(attempt.target().address().withPeer(peer));
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
    Multiaddr address = attempt.target().address();
    if (tried) {
      dialler.backoff().failed(address.withPeer(peer), now());
    }
    failures.add(address, cause);
    plan().failed();
    proceed();
  }

  private void begin(List<DialTarget> targets) {
    var limits = dialler.parts().limits();
    plan = new DialPlan(DialTarget.rank(targets), limits.stagger(), limits.perPeer());
    proceed();
  }

  private void proceed() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    DialTarget target;
    while (!result.isDone() && (target = plan().start(now())) != null) {
      DialAttempt attempt = new DialAttempt(this, target);
      attempts.add(attempt);
      attempt.start();
    }
    if (result.isDone()) {
      return;
    }
    if (plan().exhausted()) {
      result.completeExceptionally(failures.summary(peer));
    } else if (plan().hasNext() && plan().waitNanos(now()) > 0) {
      timer = loop.schedule(this::proceed, plan().waitNanos(now()), TimeUnit.NANOSECONDS);
    }
  }

  private void leave() {
    synchronized (this) {
      callers--;
      abandoned = callers == 0;
      if (!abandoned) {
        return;
      }
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

  private DialPlan plan() {
    DialPlan current = plan;
    if (current == null) {
      throw new IllegalStateException("not begun");
    }
    return current;
  }

  private long now() {
    return dialler.parts().nanoClock().getAsLong();
  }
}
