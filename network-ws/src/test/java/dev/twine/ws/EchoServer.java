package dev.twine.ws;

import dev.twine.gossip.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Sends back every message, text too, by the frames of this module: what the Autobahn suite tests.
 *
 * <p>Gossip has no text, so what a text message needs is here and not in {@link FrameReader}.
 */
public final class EchoServer {
  /** Where the suite will put its report; an old one must not be taken for it. */
  private static final Path REPORT = Path.of("target", "autobahntestsuite-reports", "index.json");

  private static final int MAX_HEAD = 8_192;

  private EchoServer() {}

  /**
   * Serves until its thread is interrupted.
   *
   * @param args the port, on the address that the host name of this machine stands for
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Files.deleteIfExists(REPORT);
    var address = new InetSocketAddress(InetAddress.getLocalHost(), Integer.parseInt(args[0]));
    try (Loops loops = Loops.start(1)) {
      var bootstrap = new ServerBootstrap()
          .group(loops.group())
          .channel(loops.listener())
          .childHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
              channel
                  .pipeline()
                  .addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_HEAD))
                  .addLast(new Upgrade());
            }
          });
      bootstrap.bind(address).sync().channel().closeFuture().sync();
    }
  }

  private static final class Upgrade extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      String key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "");
      ChannelPipeline pipeline = ctx.pipeline();
      pipeline.remove(HttpObjectAggregator.class);
      pipeline.remove(HttpServerCodec.class);
      String head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
          + "Connection: Upgrade\r\nSec-WebSocket-Accept: " + ServerHandshake.accept(key)
          + "\r\n\r\n";
      ByteBuf bytes = ctx.alloc().buffer();
      bytes.writeCharSequence(head, StandardCharsets.US_ASCII);
      ctx.writeAndFlush(bytes);
      pipeline.addLast(new Reader(), new WsSession(false, false), new Echo()).remove(this);
    }
  }

  /** A message with its kind, which gossip need not know. */
  private record Received(int opcode, ByteBuf message) {}

  private static final class Reader extends FrameReader {
    /** More than any case of the suite sends that is run. */
    private static final int MAX_MESSAGE = 6 << 20;

    Reader() {
      super(true, (head, known) -> MAX_MESSAGE);
    }

    @Override
    void begin(int opcode) {
      // Text is welcome here.
    }

    @Override
    Object complete(int opcode, ByteBuf message) {
      if (opcode == FrameHeader.TEXT && !isUtf8(message)) {
        message.release();
        throw WsException.text("text is not UTF-8");
      }
      return new Received(opcode, message);
    }

    private static boolean isUtf8(ByteBuf message) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(message.nioBuffer());
        return true;
      } catch (CharacterCodingException e) {
        return false;
      }
    }
  }

  private static final class Echo extends SimpleChannelInboundHandler<Received> {
    Echo() {
      super(false);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Received received) {
      int length = received.message().readableBytes();
      ByteBuf header = ctx.alloc().buffer(FrameHeader.size(length, false));
      new FrameHeader(true, received.opcode(), false, 0, length).write(header);
      ctx.write(header);
      ctx.writeAndFlush(received.message());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
