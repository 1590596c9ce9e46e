package dev.twine.ws;

import dev.twine.gossip.IdentityChallenge;
import dev.twine.gossip.LocalNode;
import dev.twine.gossip.TransportContext;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one listening socket of a node: gossip upgrades and HTTP services. */
final class Listener implements AutoCloseable {
  private static final long CLOSE_MILLIS = 1_000;

  private final Channel channel;
  private final AcceptedChannels accepted;
  private final Address address;

  private Listener(Channel channel, AcceptedChannels accepted, Address address) {
    this.channel = channel;
    this.accepted = accepted;
    this.address = address;
  }

  /**
   * Binds. Waits for it, so never on an event loop.
   *
   * @throws TwineException of code CANNOT_LISTEN, or BAD_VALUE for unusable PEM files
   */
  static Listener bind(Dialler dialler, WsConfig config, Address wanted) {
    WsConfig.PemFiles files = config.certificate();
    SslContext tls = files == null ? null : Tls.server(files);
    InetAddress host = resolve(wanted);
    var accepted = new AcceptedChannels(tls);
    TransportContext context = dialler.context();
    var loops = context.loops();
    var bootstrap =
        new ServerBootstrap().group(loops.group()).channel(loops.listener()).childHandler(accepted);
    SocketOptions.apply(bootstrap, loops.listener());
    ChannelFuture bound = bootstrap.register().awaitUninterruptibly();
    if (bound.isSuccess()) {
      bound = bound.channel().bind(new InetSocketAddress(host, wanted.port()));
      bound.awaitUninterruptibly();
    }
    if (!bound.isSuccess()) {
      bound.channel().close();
      throw cannotListen(wanted, bound.cause());
    }
    Channel channel = bound.channel();
    Address address = bound(wanted, tls != null, (InetSocketAddress) channel.localAddress());
    accepted.open(new Reception(dialler, config, identity(context.local(), address, host)));
    return new Listener(channel, accepted, address);
  }

  private static InetAddress resolve(Address wanted) {
    try {
      return InetAddress.getByName(wanted.host());
    } catch (UnknownHostException e) {
      throw cannotListen(wanted, e);
    }
  }

  private static Address bound(Address wanted, boolean tls, InetSocketAddress socket) {
    String host = wanted.host().indexOf(':') >= 0 ? "[" + wanted.host() + "]" : wanted.host();
    return Address.parse((tls ? "wss://" : "ws://") + host + ":" + socket.getPort());
  }

  /** Who this listener answers challenges for: the node, its public name, and itself on loopback. */
  private static IdentityChallenge.@Nullable Listener identity(
      LocalNode local, Address address, InetAddress host) {
    if (!IdentityChallenge.supports(local.key())) {
      return null;
    }
    var names = new ArrayList<String>(List.of(local.nodeId().toString()));
    if (local.publicAddress() != null) {
      names.add(local.publicAddress().hostAndPort());
    }
    if (host.isLoopbackAddress()) {
      names.add(address.hostAndPort());
    }
    return IdentityChallenge.listen(local.key(), names, new SecureRandom());
  }

  private static TwineException cannotListen(Address wanted, @Nullable Throwable cause) {
    String why = cause == null ? "" : " (" + cause.getMessage() + ")";
    return new TwineException(
        Code.CANNOT_LISTEN,
        "cannot listen" + why,
        wanted.hostAndPort(),
        "choose a free port, or 0 for any, on an address of this machine",
        cause);
  }

  /** Where it listens, with the real port. */
  Address address() {
    return address;
  }

  /** Ends the socket and every connection that has not become a session. */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    accepted.close();
  }
}
