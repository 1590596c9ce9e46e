package dev.twine.libp2p;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Direction;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.transport.Endpoints;
import dev.twine.libp2p.core.transport.Intake;
import dev.twine.libp2p.core.upgrade.Leg;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what listeners accept: gate, limits, upgrade, registration. */
final class InboundIntake implements Intake {
  private static final Logger LOG = LoggerFactory.getLogger(InboundIntake.class);
  private static final AttributeKey<Arrival> ARRIVAL =
      AttributeKey.valueOf(InboundIntake.class, "arrival");

  private final Dialler.Parts parts;
  private final long deadlineMillis;

  /** Everything accepted, upgraded or not. */
  private final ChannelGroup accepted = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

  InboundIntake(Dialler.Parts parts, long deadlineMillis) {
    this.parts = parts;
    this.deadlineMillis = deadlineMillis;
  }

  @Override
  public boolean accepting(Channel channel) {
    var remote = (InetSocketAddress) channel.remoteAddress();
    if (remote == null) {
      // Gone between the kernel's accept and ours.
      return false;
    }
    if (!parts.gater().allowAccept(address(remote))) {
      parts.refusals().count("connections.gated");
      return false;
    }
    Admission.Ticket ticket =
        parts.admission().accept(remote.getAddress(), parts.nanoClock().getAsLong());
    pauseIfFull(channel.parent());
    if (ticket == null) {
      return false;
    }
    var arrival = new Arrival(ticket, System.nanoTime());
    channel.attr(ARRIVAL).set(arrival);
    accepted.add(channel);
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
    parts.pauses().failed(listener);
  }

  @Override
  public void connected(Channel channel, Endpoints endpoints) {
    Arrival arrival = channel.attr(ARRIVAL).get();
    arrival.upgrading = true;
    var leg =
        new Leg(Direction.INBOUND, endpoints.local(), endpoints.remote(), null, arrival.nanos);
    parts.upgrader().upgrade(channel, leg).addListener((Future<Connection> done) -> {
      arrival.ticket.shaken();
      if (done.isSuccess()) {
        register(done.getNow());
      } else if (!arrival.ticket.isDisplaced()) {
        refused(endpoints, done.cause());
      }
    });
  }

  /** Closes what is still in its handshake, and whatever else is left. */
  void close() {
    accepted.close();
  }

  private void pauseIfFull(Channel listener) {
    if (parts.admission().isFull()) {
      parts.pauses().full(listener);
    } else {
      parts.pauses().accepted(listener);
    }
  }

  private void expire(Channel channel, Arrival arrival) {
    if (!arrival.upgrading) {
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
    FailureReason reason =
        cause instanceof Libp2pException known ? known.reason() : FailureReason.BAD_HANDSHAKE;
    parts.refusals().count("handshakes." + reason);
    LOG.debug("no connection from {}: {}", endpoints.remote(), cause.getMessage());
  }

  private static Multiaddr address(InetSocketAddress remote) {
    String host = remote.getAddress().getHostAddress();
    int zone = host.indexOf('%');
    String family = remote.getAddress() instanceof Inet6Address ? "/ip6/" : "/ip4/";
    String bare = zone < 0 ? host : host.substring(0, zone);
    return Multiaddr.parse(family + bare + "/tcp/" + remote.getPort());
  }

  /** A socket that was accepted; on its event loop. */
  private static final class Arrival {
    private final Admission.Ticket ticket;
    private final long nanos;
    private boolean upgrading;

    Arrival(Admission.Ticket ticket, long nanos) {
      this.ticket = ticket;
      this.nanos = nanos;
    }
  }
}
