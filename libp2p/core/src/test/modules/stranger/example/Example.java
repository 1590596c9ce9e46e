package example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The example of README.md, which has everything from the class declaration on. */
public final class Example {
  public static void main(String[] args) throws Exception {
    try (Host server =
            Host.builder().listen("/ip4/127.0.0.1/tcp/0").protocol(new Echo()).start();
        Host client = Host.builder().start()) {
      Connection connection =
          client.connect(server.id(), server.addresses()).get(10, SECONDS);
      var heard = new CompletableFuture<String>();
      StreamChannel stream =
          connection.open(StreamRequest.of(Echo.ID, new Listen(heard))).get(10, SECONDS);
      stream.writeAndFlush(Unpooled.copiedBuffer("hello", UTF_8));
      System.out.println("heard " + heard.get(10, SECONDS) + " over " + connection.security());
      stream.close();
    }
  }

  /** Sends back what it gets. */
  static final class Echo implements StreamProtocol {
    static final String ID = "/echo/1.0.0";

    @Override
    public List<String> ids() {
      return List.of(ID);
    }

    @Override
    public void accept(StreamChannel stream, String id, Connection connection) {
      stream.pipeline().addLast(new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
          ctx.writeAndFlush(message);
        }
      });
    }
  }

  /** Takes the first bytes, and the reason if there are none. */
  static final class Listen extends SimpleChannelInboundHandler<ByteBuf> {
    private final CompletableFuture<String> heard;

    Listen(CompletableFuture<String> heard) {
      this.heard = heard;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
      heard.complete(bytes.toString(UTF_8));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      heard.completeExceptionally(cause);
    }
  }
}
