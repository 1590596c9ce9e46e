package dev.twine.testkit;

import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.Transport;
import dev.twine.gossip.TransportContext;
import dev.twine.network.Address;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.Registration;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.local.LocalAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One strand of one node on an {@link InMemoryNetwork}. */
final class InMemoryTransport implements Transport {
  private static final String HOST = "127.0.0.1";

  private final InMemoryNetwork network;
  private final TransportKind kind;
  private final int port;
  private final Set<Channel> pending = ConcurrentHashMap.newKeySet();
  private volatile @Nullable TransportContext context;
  private volatile @Nullable Channel listener;

  /** Port 0 does not listen. */
  InMemoryTransport(InMemoryNetwork network, TransportKind kind, int port) {
    this.network = network;
    this.kind = kind;
    this.port = port;
  }

  @Override
  public TransportKind kind() {
    return kind;
  }

  @Override
  public List<Address> listen(TransportContext given) {
    context = given;
    if (port == 0) {
      return List.of();
    }
    LocalAddress local = network.local(port);
    if (!network.listen(HOST + ":" + port, local)) {
      throw new TwineException(
          Code.CANNOT_LISTEN, "address in use", HOST + ":" + port, "choose another port");
    }
    listener = new ServerBootstrap()
        .group(network.loops().group())
        .channel(network.loops().listener())
        .childHandler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            accept(channel, given);
          }
        })
        .bind(local)
        .syncUninterruptibly()
        .channel();
    return List.of(address(given));
  }

  @Override
  public boolean canDial(Address address) {
    return address.transport() == kind;
  }

  @Override
  public CompletableFuture<SessionHandle> dial(Address address, Duration deadline) {
    TransportContext node = context;
    LocalAddress remote = network.find(address);
    if (node == null || remote == null) {
      return CompletableFuture.failedFuture(unreachable(address, "nothing listens there"));
    }
    var permit = node.admit(InetAddress.getLoopbackAddress(), Direction.OUT);
    if (permit.isEmpty()) {
      return CompletableFuture.failedFuture(new TwineException(
          Code.REFUSED, "too many sessions", address.toString(), "close one first"));
    }
    var handshake = new MemoryHandshake(
        node, kind, Direction.OUT, address.toString(), dialBack(), permit.get());
    ChannelFuture connect = new Bootstrap()
        .group(network.loops().group())
        .channel(network.loops().stream())
        .handler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            begin(channel, node, handshake);
          }
        })
        .connect(remote);
    connect.addListener(done -> {
      if (!done.isSuccess()) {
        handshake.fail(unreachable(address, "connection refused"));
      }
    });
    return limit(handshake, connect.channel(), node, address, deadline);
  }

  @Override
  public void close() {
    Channel bound = listener;
    if (bound != null) {
      network.forget(HOST + ":" + port);
      bound.close().syncUninterruptibly();
    }
    pending.forEach(Channel::close);
  }

  /** Ends a handshake that takes too long. */
  private CompletableFuture<SessionHandle> limit(
      MemoryHandshake handshake,
      Channel channel,
      TransportContext node,
      Address address,
      Duration deadline) {
    CompletableFuture<SessionHandle> opened = handshake.opened();
    Registration end = node.clock()
        .schedule(
            deadline, () -> handshake.fail(unreachable(address, "no answer to the handshake")));
    opened.whenComplete((session, failure) -> {
      end.close();
      if (failure != null) {
        channel.close();
      }
    });
    return opened;
  }

  private void accept(Channel channel, TransportContext node) {
    Optional<dev.twine.gossip.Permit> permit =
        node.admit(InetAddress.getLoopbackAddress(), Direction.IN);
    if (permit.isEmpty()) {
      channel.close();
      return;
    }
    var handshake = new MemoryHandshake(node, kind, Direction.IN, HOST, dialBack(), permit.get());
    begin(channel, node, handshake);
    limit(
        handshake,
        channel,
        node,
        Address.ws(HOST, port),
        node.limits().sessions().handshake());
  }

  private void begin(Channel channel, TransportContext node, MemoryHandshake handshake) {
    network.add(channel);
    pending.add(channel);
    handshake.opened().whenComplete((session, failure) -> pending.remove(channel));
    channel.pipeline().addLast(new MemoryDecoder(node.tags(), () -> true), handshake);
  }

  private Address address(TransportContext node) {
    return kind == TransportKind.WS
        ? Address.ws(HOST, port)
        : Address.parse("/ip4/" + HOST + "/tcp/" + port + "/p2p/" + node.local().nodeId());
  }

  private String dialBack() {
    TransportContext node = context;
    return port == 0 || node == null ? "" : address(node).toString();
  }

  private static TwineException unreachable(Address address, String what) {
    return new TwineException(
        Code.UNREACHABLE, what, address.toString(), "start a node there, or dial another address");
  }
}
