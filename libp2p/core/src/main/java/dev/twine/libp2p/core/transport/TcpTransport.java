package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.DialRequest;
import dev.twine.libp2p.core.Endpoints;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Intake;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.ListenRequest;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Transport;
import dev.twine.libp2p.core.TransportListener;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;

/** Plain TCP: {@code /ip4/192.0.2.1/tcp/4001}. */
public final class TcpTransport implements Transport {
  @Override
  public boolean handles(Multiaddr address) {
    return StreamAddress.of(address).filter(parsed -> !parsed.ws()).isPresent();
  }

  @Override
  public Future<Channel> dial(DialRequest request, Intake intake) {
    return Sockets.connect(
        request,
        (channel, promise) -> channel.pipeline().addLast(new WhenActive(ctx -> {
          if (!promise.isDone()) {
            intake.connected(channel, dialled(channel, request, ""));
            promise.trySuccess(channel);
          }
        })));
  }

  @Override
  public Future<TransportListener> listen(ListenRequest request, Intake intake) {
    return Sockets.bind(
        request,
        intake,
        channel -> channel
            .pipeline()
            .addLast(new WhenActive(ctx -> intake.connected(channel, accepted(channel, "")))));
  }

  static StreamAddress parse(Multiaddr address) {
    return StreamAddress.of(address).orElseThrow(() -> notOfTcp(address));
  }

  static Endpoints dialled(Channel channel, DialRequest request, String suffix) {
    var local = (InetSocketAddress) channel.localAddress();
    return new Endpoints(StreamAddress.of(local, suffix), request.address());
  }

  static Endpoints accepted(Channel channel, String suffix) {
    return new Endpoints(
        StreamAddress.of((InetSocketAddress) channel.localAddress(), suffix),
        StreamAddress.of((InetSocketAddress) channel.remoteAddress(), suffix));
  }

  private static Libp2pException notOfTcp(Multiaddr address) {
    return new Libp2pException(
        FailureReason.BAD_ADDRESS,
        "not an address of TCP or WebSocket",
        address.toString(),
        "write it like /ip4/127.0.0.1/tcp/4001 or /dns4/example.org/tcp/443/tls/ws");
  }
}
