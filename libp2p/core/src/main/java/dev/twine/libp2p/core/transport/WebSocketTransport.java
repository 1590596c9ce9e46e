package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.DialRequest;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Intake;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.ListenRequest;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Transport;
import dev.twine.libp2p.core.TransportListener;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.Future;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket, {@code /ws}, and WebSocket over TLS, {@code /tls/ws} or {@code /wss}; the HTTP path
 * comes from {@code /http-path}. This TLS only carries bytes past proxies and browsers: who the peer
 * is shows in the libp2p handshake inside.
 */
public final class WebSocketTransport implements Transport {
  /** The contexts of secure WebSockets; null for none to listen with and the JDK's trust. */
  public record Tls(@Nullable SslContext server, @Nullable SslContext client) {}

  private final Tls tls;
  private volatile @Nullable SslContext jdkTrust;

  public WebSocketTransport(Tls tls) {
    this.tls = tls;
  }

  @Override
  public boolean handles(Multiaddr address) {
    return StreamAddress.of(address).filter(StreamAddress::ws).isPresent();
  }

  @Override
  public Future<Channel> dial(DialRequest request, Intake intake) {
    StreamAddress address = TcpTransport.parse(request.address());
    return Sockets.connect(request, (channel, promise) -> {
      if (address.tls()) {
        // The name, not what it resolved to.
        String name = address.sni() == null ? address.host() : address.sni();
        Executor crypto = request.host().crypto();
        channel
            .pipeline()
            .addLast(clientTls().newHandler(channel.alloc(), name, address.port(), crypto));
      }
      channel
          .pipeline()
          .addLast(WsHandshake.HTTP, new HttpClientCodec(WsUpgrade.decoder(), false, false))
          .addLast(new WsClient(address, promise, ctx -> {
            String suffix = address.suffix();
            intake.connected(channel, TcpTransport.dialled(channel, request, suffix));
          }));
    });
  }

  @Override
  public Future<TransportListener> listen(ListenRequest request, Intake intake) {
    StreamAddress parsed = TcpTransport.parse(request.address());
    SslContext context = parsed.tls() ? serverTls(request.address()) : null;
    String suffix = parsed.suffix();
    return Sockets.bind(request, intake, channel -> {
      ChannelPipeline pipeline = channel.pipeline();
      if (context != null) {
        pipeline.addLast(context.newHandler(channel.alloc(), request.host().crypto()));
      }
      pipeline
          .addLast(WsHandshake.HTTP, new HttpServerCodec(WsUpgrade.decoder()))
          .addLast(new WsServer(
              parsed.path(),
              ctx -> intake.connected(channel, TcpTransport.accepted(channel, suffix))));
    });
  }

  private SslContext serverTls(Multiaddr address) {
    SslContext context = tls.server();
    if (context == null) {
      throw new Libp2pException(
          FailureReason.CANNOT_LISTEN,
          "no certificate for a secure WebSocket",
          address.toString(),
          "give StandardProtocols.webSocket a server context, or listen on /ws");
    }
    return context;
  }

  private SslContext clientTls() {
    SslContext context = tls.client() == null ? jdkTrust : tls.client();
    if (context == null) {
      try {
        context = SslContextBuilder.forClient().build();
      } catch (SSLException broken) {
        throw new IllegalStateException("the JDK has no TLS", broken);
      }
      jdkTrust = context;
    }
    return context;
  }
}
