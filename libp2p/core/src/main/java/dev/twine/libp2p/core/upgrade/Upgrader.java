package dev.twine.libp2p.core.upgrade;

import dev.twine.libp2p.core.Connection;
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
   * @return fails with a {@link dev.twine.libp2p.core.Libp2pException}
   */
  public Future<Connection> upgrade(Channel channel, Leg leg) {
    Upgrade upgrade = new Upgrade(channel, leg, this);
    upgrade.start();
    return upgrade.result();
  }

  UpgradeSettings settings() {
    return settings;
  }

  StreamProtocols protocols() {
    return protocols;
  }

  SecuredGate gate() {
    return gate;
  }
}
