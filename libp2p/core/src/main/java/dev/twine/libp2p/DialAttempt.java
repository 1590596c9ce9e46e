package dev.twine.libp2p;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.DialRequest;
import dev.twine.libp2p.core.Direction;
import dev.twine.libp2p.core.Endpoints;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Intake;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.ReadyConnection;
import dev.twine.libp2p.core.upgrade.Leg;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One address being tried. Lives on its job's loop. */
final class DialAttempt implements Intake {
  private static final String MORE = "close some, or raise the limit";

  private final DialJob job;
  private final Dialler.Parts parts;
  private final DialTarget target;

  /** Always by way of the queue: a slot may come from any thread. */
  private final Runnable turn;

  private Admission.@Nullable Ticket ticket;
  private @Nullable Future<?> dial;
  private @Nullable Future<?> deadline;
  private @Nullable Future<Connection> upgrade;

  /** The transport has done its part: what becomes of its channel is no failure of the dial. */
  private boolean handedOver;

  /** Whether a slot is held. */
  private boolean slot;

  private boolean over;

  DialAttempt(DialJob job, DialTarget target) {
    this.job = job;
    this.parts = job.dialler().parts();
    this.target = target;
    this.turn = () -> job.loop().execute(this::dial);
  }

  DialTarget target() {
    return target;
  }

  /** Waits for a slot and dials. */
  void start() {
    if (!job.dialler().slots().acquire(turn)) {
      parts.refusals().count("dials.waiting");
      end(limit("too many dials wait", MORE), false);
    }
  }

  /** Ends the attempt and closes its socket. */
  void cancel() {
    if (over) {
      return;
    }
    over = true;
    job.dialler().slots().forget(turn);
    if (dial != null) {
      dial.cancel(false);
    }
    if (upgrade != null) {
      upgrade.cancel(false);
    }
    release();
  }

  @Override
  public void connected(Channel channel, Endpoints endpoints) {
    if (!take(channel)) {
      return;
    }
    Future<Connection> upgrading = parts.upgrader().upgrade(channel, leg(endpoints));
    upgrade = upgrading;
    upgrading.addListener((Future<Connection> done) -> {
      if (done.isSuccess()) {
        succeeded(done.getNow());
      } else {
        failed(done.cause());
      }
    });
  }

  @Override
  public void secured(Channel channel, Endpoints endpoints, ReadyConnection ready) {
    if (!take(channel)) {
      return;
    }
    Connection connection;
    try {
      connection = parts.upgrader().adopt(channel, leg(endpoints), ready);
    } catch (RuntimeException refused) {
      channel.close();
      failed(refused);
      return;
    }
    succeeded(connection);
  }

  private void dial() {
    slot = true;
    if (over || job.isDone()) {
      over = true;
      release();
      return;
    }
    ticket = parts.room().admission().dial();
    if (ticket == null) {
      end(limit("no room for another connection", MORE), false);
      return;
    }
    long now = parts.nanoClock().getAsLong();
    if (!job.dialler().rate().start(target.resolved(), job.peer(), now)) {
      parts.refusals().count(DialRate.PER_TARGET);
      end(limit("dialled too often in vain", "wait a minute, or raise the limit"), false);
      return;
    }
    dial(new DialRequest(
        target.address(), target.resolved(), job.peer(), job.loop(), parts.context()));
  }

  private void dial(DialRequest request) {
    long millis = parts.limits().dials().deadline().toMillis();
    deadline = job.loop().schedule(this::expire, millis, TimeUnit.MILLISECONDS);
    try {
      dial = target.transport().dial(request, this).addListener(done -> {
        if (!done.isSuccess() && !handedOver) {
          end(reason(done.cause()), true);
        }
      });
    } catch (RuntimeException broken) {
      end(reason(broken), true);
    }
  }

  private void expire() {
    var late = new Libp2pException(
        FailureReason.TIMEOUT,
        "no connection within " + parts.limits().dials().deadline(),
        target.address().toString(),
        "check that the peer is up and reachable");
    Future<?> dialling = dial;
    end(late, true);
    if (dialling != null) {
      dialling.cancel(false);
    }
  }

  /** Whether the channel comes in time. From here on the attempt's place is the channel's. */
  private boolean take(Channel channel) {
    handedOver = true;
    if (deadline != null) {
      deadline.cancel(false);
    }
    Admission.Ticket place = ticket;
    if (over || place == null) {
      channel.close();
      return false;
    }
    channel.closeFuture().addListener(closed -> place.close());
    parts.room().channels().add(channel);
    ticket = null;
    return true;
  }

  private Leg leg(Endpoints endpoints) {
    return new Leg(
        Direction.OUTBOUND, endpoints.local(), endpoints.remote(), job.peer(), System.nanoTime());
  }

  private void succeeded(Connection connection) {
    if (over) {
      connection.close();
      return;
    }
    try {
      parts.register().accept(connection);
    } catch (Libp2pException refused) {
      connection.close();
      end(refused, false);
      return;
    }
    over = true;
    release();
    job.succeeded(this, connection);
  }

  /** Between the socket and the streams; what was cancelled has not failed. */
  private void failed(Throwable cause) {
    if (!over) {
      parts.handshakeFailed(cause);
      end(reason(cause), true);
    }
  }

  private void end(Libp2pException cause, boolean tried) {
    if (!over) {
      over = true;
      release();
      job.failed(this, cause, tried);
    }
  }

  private void release() {
    if (deadline != null) {
      deadline.cancel(false);
    }
    if (ticket != null) {
      ticket.close();
      ticket = null;
    }
    if (slot) {
      slot = false;
      job.dialler().slots().release();
    }
  }

  private Libp2pException limit(String what, String remedy) {
    return new Libp2pException(FailureReason.LIMIT, what, target.address().toString(), remedy);
  }

  private Libp2pException reason(Throwable cause) {
    if (cause instanceof Libp2pException known) {
      return known;
    }
    return new Libp2pException(
        FailureReason.DIAL_FAILED,
        "cannot dial",
        target.address() + " (" + cause + ")",
        "check that the peer listens there",
        cause);
  }
}
