package dev.twine.libp2p;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Direction;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.transport.DialRequest;
import dev.twine.libp2p.core.transport.Endpoints;
import dev.twine.libp2p.core.upgrade.Leg;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One address being tried. Lives on its job's loop. */
final class DialAttempt {
  private final DialJob job;
  private final DialTarget target;
  private Admission.@Nullable Ticket ticket;
  private @Nullable Future<Channel> dial;
  private @Nullable Future<Connection> upgrade;

  /** Whether a slot is held. */
  private boolean slot;

  private boolean over;

  DialAttempt(DialJob job, DialTarget target) {
    this.job = job;
    this.target = target;
  }

  DialTarget target() {
    return target;
  }

  /** Waits for a slot and dials. */
  void start() {
    // Always by way of the queue: a slot may come from any thread.
    if (!job.dialler().slots().acquire(() -> job.loop().execute(this::dial))) {
      job.dialler().parts().refusals().count("dials.waiting");
      end(limit("too many dials wait"), false);
    }
  }

  /** Ends the attempt and closes its socket. */
  void cancel() {
    if (over) {
      return;
    }
    over = true;
    if (dial != null) {
      dial.cancel(false);
    }
    if (upgrade != null) {
      upgrade.cancel(false);
    }
    release();
  }

  private void dial() {
    slot = true;
    if (over || job.isDone()) {
      over = true;
      release();
      return;
    }
    ticket = job.dialler().parts().admission().dial();
    if (ticket == null) {
      end(limit("no room for another connection"), false);
      return;
    }
    var request = new DialRequest(
        target.address(),
        target.socket(),
        job.loop(),
        job.dialler().parts().limits().deadline());
    Future<Channel> dialling = target.transport().dial(request, this::connected);
    dial = dialling;
    dialling.addListener(done -> {
      if (!done.isSuccess()) {
        end(reason(done.cause()), true);
      }
    });
  }

  private void connected(Channel channel, Endpoints endpoints) {
    Admission.Ticket place = ticket;
    if (place != null) {
      channel.closeFuture().addListener(closed -> place.close());
      // From here on the place is the channel's.
      ticket = null;
    }
    var leg = new Leg(
        Direction.OUTBOUND, endpoints.local(), endpoints.remote(), job.peer(), System.nanoTime());
    Future<Connection> upgrading = job.dialler().parts().upgrader().upgrade(channel, leg);
    upgrade = upgrading;
    upgrading.addListener((Future<Connection> done) -> {
      if (done.isSuccess()) {
        succeeded(done.getNow());
      } else {
        end(reason(done.cause()), true);
      }
    });
  }

  private void succeeded(Connection connection) {
    if (over) {
      connection.close();
      return;
    }
    try {
      job.dialler().parts().register().accept(connection);
    } catch (Libp2pException refused) {
      connection.close();
      end(refused, false);
      return;
    }
    over = true;
    release();
    job.succeeded(this, connection);
  }

  private void end(Libp2pException cause, boolean tried) {
    if (!over) {
      over = true;
      release();
      job.failed(this, cause, tried);
    }
  }

  private void release() {
    if (ticket != null) {
      ticket.close();
      ticket = null;
    }
    if (slot) {
      slot = false;
      job.dialler().slots().release();
    }
  }

  private Libp2pException limit(String what) {
    return new Libp2pException(
        FailureReason.LIMIT, what, target.address().toString(), "close some, or raise the limit");
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
