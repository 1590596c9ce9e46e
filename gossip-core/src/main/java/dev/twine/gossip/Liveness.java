package dev.twine.gossip;

import dev.twine.network.Registration;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Pings sessions that are silent, and closes those that stay it. */
final class Liveness {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final Core core;
  private final PeerTable table;
  private volatile boolean running;
  private volatile Registration next = () -> {};

  Liveness(Core core, PeerTable table) {
    this.core = core;
    this.table = table;
  }

  void start() {
    running = true;
    schedule();
  }

  void close() {
    running = false;
    next.close();
  }

  /** Any thread. Fails with a {@link TwineException} at the deadline or when the session closes. */
  CompletableFuture<Duration> ping(Session session, Duration deadline) {
    var answer = new CompletableFuture<Duration>();
    Registration end = core.clock()
        .schedule(
            deadline,
            () -> answer.completeExceptionally(
                failure(Code.TIMEOUT, "no answer to a ping", session)));
    answer.whenComplete((rtt, failure) -> end.close());
    Loops.run(session.channel, () -> {
      long id = session.isOpen() ? session.pings.next(core.clock().nanoTime(), answer) : -1;
      if (id < 0) {
        answer.completeExceptionally(failure(Code.NO_SUCH_PEER, "cannot be pinged now", session));
      } else {
        session.terms.control().ping(session.channel, id);
      }
    });
    return answer;
  }

  /** Measures the way to a new session at once; before the first silence nobody else would. */
  void opened(Session session) {
    ping(session, core.limits().liveness().dead());
  }

  /** The session is gone. */
  void closed(Session session) {
    session.pings.fail(failure(Code.NO_SUCH_PEER, "session closed", session));
  }

  private void schedule() {
    Duration step = core.limits().liveness().idle().dividedBy(4);
    next = core.clock()
        .schedule(step.compareTo(LONGEST_PAUSE) < 0 ? step : LONGEST_PAUSE, this::sweep);
    if (!running) {
      next.close();
    }
  }

  private void sweep() {
    if (running) {
      table.list().forEach(session -> Loops.run(session.channel, () -> look(session)));
      schedule();
    }
  }

  /** On the loop of the session. */
  private void look(Session session) {
    long now = core.clock().nanoTime();
    PeerLiveness.State state = session.liveness.state(now);
    session.degraded(state == PeerLiveness.State.DEGRADED || state == PeerLiveness.State.DEAD);
    if (state == PeerLiveness.State.DEAD) {
      session.close(CloseReason.of(CloseReason.Kind.IDLE));
    } else if (session.liveness.pingDue(now)) {
      ping(session, core.limits().liveness().dead());
    }
  }

  private static TwineException failure(Code code, String what, Session session) {
    return new TwineException(
        code, what, session.ref.toString(), "see the list of peers, and try again");
  }
}
