package dev.twine.http;

import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.network.PeerRef;
import dev.twine.network.ServiceRequest.Caller;
import dev.twine.network.ServiceStream;
import dev.twine.network.TransportKind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Two libp2p hosts, one of which has services on its streams. */
final class StreamWire implements Server.Wire {
  private static final String ID = "/http/1.1";

  private final Host server;
  private final Host client = Host.builder().start();
  private final Connection connection;

  StreamWire(ServiceContext context) {
    server = Host.builder()
        .listen("/ip4/127.0.0.1/tcp/0")
        .protocol(new Http(context))
        .start();
    connection = client
        .connect(server.id(), server.addresses())
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  @Override
  public Socket connect() throws IOException {
    var socket = new StreamSocket(FakeNode.opening(deadline -> open()), PeerRef.of(server.id()));
    socket.setSoTimeout(10_000);
    socket.connect(new InetSocketAddress(0), 10_000);
    return socket;
  }

  @Override
  public CompletableFuture<ServiceStream> open() {
    var stream = new CompletableFuture<ServiceStream>();
    var initializer = new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new ResetOnClose(((StreamChannel) channel)::reset));
        stream.complete(ChannelServiceStream.on(channel, "test"));
      }
    };
    return connection.open(StreamRequest.of(ID, initializer)).thenCompose(open -> stream);
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }

  private record Http(ServiceContext context) implements StreamProtocol {
    @Override
    public List<String> ids() {
      return List.of(ID);
    }

    @Override
    public void accept(StreamChannel stream, String id, Connection connection) {
      var caller = new Caller(
          Optional.of(connection.peer()),
          TransportKind.P2P,
          connection.remoteAddress().toString());
      stream.pipeline().addLast(new ResetOnClose(stream::reset));
      context.addCodec(stream.pipeline());
      stream.pipeline().addLast(new ServiceHandler(context, caller));
    }
  }
}
