package dev.twine.libp2p;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Direction;
import dev.twine.libp2p.core.Endpoints;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Intake;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.ReadyConnection;
import dev.twine.libp2p.core.upgrade.Leg;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what listeners accept: gate, limits, upgrade, registration. */
final class InboundIntake implements Intake {
  private static final Logger LOG = LoggerFactory.getLogger(InboundIntake.class);
  private static final AttributeKey<Arrival> ARRIVAL =
      AttributeKey.valueOf(InboundIntake.class, "arrival");

  private final Dialler.Parts parts;
  private final long deadlineMillis;

  InboundIntake(Dialler.Parts parts, long deadlineMillis) {
    this.parts = parts;
    this.deadlineMillis = deadlineMillis;
  }

  @Override
  public boolean accepting(Channel channel, Multiaddr remote) {
    if (!parts.gater().allowAccept(remote)) {
      parts.refusals().count("connections.gated");
      return false;
    }
    // What has no IP is on this machine.
    InetAddress ip = remote.ip().orElseGet(InetAddress::getLoopbackAddress);
    Admission.Ticket ticket =
        parts.room().admission().accept(ip, parts.nanoClock().getAsLong());
    pauseIfFull(channel.parent());
    if (ticket == null) {
      return false;
    }
    var arrival = new Arrival(ticket, System.nanoTime());
    channel.attr(ARRIVAL).set(arrival);
    parts.room().channels().add(channel);
    ticket.whenDisplaced(channel::close);
    // Until the upgrade keeps the rest of the time: TLS and HTTP of a WebSocket.
    var timer = channel
        .eventLoop()
        .schedule(() -> expire(channel, arrival), deadlineMillis, TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> {
      timer.cancel(false);
      ticket.close();
    });
    return true;
  }

  @Override
  public void acceptFailed(Channel listener, IOException cause) {
    LOG.warn("cannot accept at {}: {}", listener.localAddress(), cause.getMessage());
    parts.room().pauses().failed(listener);
  }

  @Override
  public void connected(Channel channel, Endpoints endpoints) {
    Arrival arrival = arrival(channel);
    arrival.handedOver = true;
    parts
        .upgrader()
        .upgrade(channel, leg(endpoints, arrival))
        .addListener((Future<Connection> done) -> {
          arrival.ticket.shaken();
          if (done.isSuccess()) {
            register(done.getNow());
          } else if (!arrival.ticket.isDisplaced()) {
            refused(endpoints, done.cause());
          }
        });
  }

  @Override
  public void secured(Channel channel, Endpoints endpoints, ReadyConnection ready) {
    Arrival arrival = arrival(channel);
    arrival.handedOver = true;
    arrival.ticket.shaken();
    Connection connection;
    try {
      connection = parts.upgrader().adopt(channel, leg(endpoints, arrival), ready);
    } catch (RuntimeException cause) {
      channel.close();
      refused(endpoints, cause);
      return;
    }
    register(connection);
  }

  /** Only what does nothing but accept can pause without holding up open connections. */
  private void pauseIfFull(@Nullable Channel parent) {
    if (!(parent instanceof ServerChannel listener)) {
      return;
    }
    if (parts.room().admission().isFull()) {
      parts.room().pauses().full(listener);
    } else {
      parts.room().pauses().accepted(listener);
    }
  }

  private void expire(Channel channel, Arrival arrival) {
    if (!arrival.handedOver) {
      parts.refusals().count("handshakes." + FailureReason.HANDSHAKE_TIMEOUT);
      channel.close();
    }
  }

  private void register(Connection connection) {
    try {
      parts.register().accept(connection);
    } catch (Libp2pException refused) {
      LOG.debug("refused {}: {}", connection, refused.getMessage());
      connection.close();
    }
  }

  private void refused(Endpoints endpoints, Throwable cause) {
    parts.handshakeFailed(cause);
    LOG.debug("no connection from {}: {}", endpoints.remote(), cause.getMessage());
  }

  private static Arrival arrival(Channel channel) {
    Arrival arrival = channel.attr(ARRIVAL).get();
    if (arrival == null) {
      throw new IllegalStateException("not accepted: " + channel + ": ask accepting first");
    }
    return arrival;
  }

  private static Leg leg(Endpoints endpoints, Arrival arrival) {
    return new Leg(Direction.INBOUND, endpoints.local(), endpoints.remote(), null, arrival.nanos);
  }

  /** A socket that was accepted; on its event loop. */
  private static final class Arrival {
    private final Admission.Ticket ticket;
    private final long nanos;
    private boolean handedOver;

    Arrival(Admission.Ticket ticket, long nanos) {
      this.ticket = ticket;
      this.nanos = nanos;
    }
  }
}
