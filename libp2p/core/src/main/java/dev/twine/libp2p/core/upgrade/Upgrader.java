package dev.twine.libp2p.core.upgrade;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.ReadyConnection;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;

/**
 * Turns raw connections into secured connections with streams, under one deadline each. One
 * instance per host.
 */
public final class Upgrader {
  private final UpgradeSettings settings;
  private final StreamProtocols protocols;
  private final SecuredGate gate;

  public Upgrader(UpgradeSettings settings, StreamProtocols protocols, SecuredGate gate) {
    this.settings = settings;
    this.protocols = protocols;
    this.gate = gate;
  }

  /**
   * Starts an upgrade, on the channel's event loop, with an active channel that has not been read
   * from. The future completes on the loop, after which the peer's first stream is accepted; if it
   * fails, the channel is closed. Cancelling it closes the channel.
   *
   * @return fails with a {@link Libp2pException}
   */
  public Future<Connection> upgrade(Channel channel, Leg leg) {
    Upgrade upgrade = new Upgrade(channel, leg, this);
    upgrade.start();
    return upgrade.result();
  }

  /**
   * Takes over a connection that its transport has secured and multiplexed, on the channel's event
   * loop; the peer's first stream is accepted after this has returned.
   *
   * @throws Libp2pException if the peer is not wanted; the caller closes
   */
  public Connection adopt(Channel channel, Leg leg, ReadyConnection ready) {
    judge(leg, ready.peer());
    var tail = new ConnectionTail(cause -> {});
    channel.pipeline().addLast(ConnectionTail.NAME, tail);
    return establish(channel, leg, ready, tail);
  }

  /** Whether a proven peer is the one that was dialled, and wanted. */
  void judge(Leg leg, SecuredPeer peer) {
    if (leg.expected() != null && !leg.expected().equals(peer.id())) {
      throw new Libp2pException(
          FailureReason.WRONG_PEER,
          "another peer answered than " + leg.expected(),
          peer.id() + " at " + leg.remote(),
          "dial the peer where it is now");
    }
    if (peer.id().equals(settings.key().nodeId())) {
      throw new Libp2pException(
          FailureReason.WRONG_PEER,
          "this host dialled itself",
          leg.remote().toString(),
          "remove its own address from the peers");
    }
    gate.judge(leg, peer);
  }

  /** Starts the streams; the tail is told of the connection before any of them is. */
  Connection establish(Channel channel, Leg leg, ReadyConnection ready, ConnectionTail tail) {
    var peer = ready.peer().id();
    var config = new MuxerConfig(
        settings.limits().connection(), settings.memory().open(peer), settings.refusals());
    channel.closeFuture().addListener(closed -> settings.memory().close(peer));
    var connection = new MuxedConnection(channel, leg, ready, settings.refusals());
    channel.attr(Connection.ATTRIBUTE).set(connection);
    var acceptor = new InboundStreams(connection, protocols, config);
    connection.start(ready.start().start(config, acceptor));
    tail.connection(connection);
    return connection;
  }

  UpgradeSettings settings() {
    return settings;
  }
}
