package dev.twine.gossip;

import dev.twine.http.ServiceContext;
import dev.twine.http.ServiceExecutor;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerInfo.Direction;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.Optional;

/** One node as its transports see it. */
record EngineContext(
    Core core,
    Sessions sessions,
    Admission admission,
    Loops loops,
    ServiceContext services,
    ServiceExecutor serviceThreads)
    implements TransportContext {
  @Override
  public LocalNode local() {
    return core.local();
  }

  @Override
  public TagTable tags() {
    return core.tags().table;
  }

  @Override
  public NodeClock clock() {
    return core.clock();
  }

  @Override
  public Limits limits() {
    return core.limits();
  }

  @Override
  public Optional<Permit> admit(InetAddress remote, Direction direction) {
    Optional<Permit> permit = admission.admit(remote, direction);
    if (permit.isEmpty() && direction == Direction.IN) {
      String host = remote.getHostAddress();
      core.event(new NodeEvent.SessionRefused(core.clock().now(), host, "sessions"));
    }
    return permit;
  }

  @Override
  public SessionHandle open(Channel channel, SessionTerms terms) {
    return sessions.open(channel, terms);
  }

  @Override
  public void refused(String address, String reason) {
    core.counters().refused(reason);
    core.event(new NodeEvent.SessionRefused(core.clock().now(), address, reason));
  }
}
