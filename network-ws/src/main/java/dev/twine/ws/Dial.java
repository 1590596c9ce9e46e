package dev.twine.ws;

import dev.twine.gossip.Permit;
import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.TransportContext;
import dev.twine.network.Address;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.Registration;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One attempt to reach an address: resolves, then connects to one IP address after another, then
 * leaves the rest to {@link ClientUpgrade}. Ends once, with a session or with the step that failed.
 */
final class Dial {
  /** A host that does not answer must not use up the time of its other addresses. */
  private static final long MIN_CONNECT_MILLIS = 1_000;

  private final Dialler dialler;
  private final TransportContext context;
  private final Address address;
  private final long deadlineNanos;
  private final CompletableFuture<SessionHandle> result = new CompletableFuture<>();

  private volatile DialStep step = DialStep.RESOLVE;
  private volatile boolean endsByItself;

  Dial(Dialler dialler, Address address, Duration deadline) {
    this.dialler = dialler;
    this.context = dialler.context();
    this.address = address;
    this.deadlineNanos = context.clock().nanoTime() + deadline.toNanos();
    Registration timer = context.clock().schedule(deadline, () -> fail(step.late(address)));
    result.whenComplete((session, failure) -> timer.close());
  }

  Address address() {
    return address;
  }

  Dialler dialler() {
    return dialler;
  }

  CompletableFuture<SessionHandle> result() {
    return result;
  }

  /** Called on any thread, when the name is resolved. */
  void connect(Deque<InetAddress> candidates) {
    InetAddress next = candidates.poll();
    if (next == null || result.isDone()) {
      return;
    }
    step = DialStep.CONNECT;
    Optional<Permit> permit = context.admit(next, Direction.OUT);
    if (permit.isEmpty()) {
      fail(step.refused(
          Code.REFUSED, "no room for another session", address, "disconnect a peer first"));
      return;
    }
    int timeout = (int) Math.max(MIN_CONNECT_MILLIS, leftMillis() / (candidates.size() + 1));
    var target = new InetSocketAddress(next, address.port());
    ChannelFuture connecting = bootstrap(permit.get(), timeout).connect(target);
    endWithThis(connecting.channel());
    connecting.addListener(done -> {
      if (!done.isSuccess()) {
        permit.get().close();
        connectFailed(candidates, done.cause());
      }
    });
  }

  /**
   * Closes a connection when this dial fails, or at once if it has failed. The other threads do not
   * wait for this one: by now the dial may as well have succeeded with that very connection.
   */
  void endWithThis(Channel connection) {
    result.whenComplete((session, failure) -> {
      if (failure != null && !endsByItself && connection.isOpen()) {
        connection.close();
      }
    });
  }

  private void connectFailed(Deque<InetAddress> rest, Throwable cause) {
    if (rest.isEmpty()) {
      fail(step.unreachable(address, cause));
    } else {
      connect(rest);
    }
  }

  private Bootstrap bootstrap(Permit permit, int connectMillis) {
    var loops = context.loops();
    var bootstrap = new Bootstrap()
        .group(loops.group())
        .channel(loops.stream())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
        .handler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel fresh) {
            ClientUpgrade.addTo(fresh.pipeline(), Dial.this, permit);
          }
        });
    SocketOptions.apply(bootstrap, loops.stream());
    return bootstrap;
  }

  private long leftMillis() {
    return (deadlineNanos - context.clock().nanoTime()) / 1_000_000;
  }

  void at(DialStep next) {
    step = next;
  }

  DialStep step() {
    return step;
  }

  /** True if the session was wanted still; else the caller closes it. */
  boolean succeed(SessionHandle session) {
    return result.complete(session);
  }

  void fail(TwineException reason) {
    result.completeExceptionally(reason);
  }

  /** Fails with a reason that the peer is being told: its connection ends when it was. */
  void failSaid(TwineException reason) {
    endsByItself = true;
    fail(reason);
  }
}
