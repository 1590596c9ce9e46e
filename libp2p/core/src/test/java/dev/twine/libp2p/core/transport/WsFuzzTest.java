package dev.twine.libp2p.core.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A peer that sends anything in place of a WebSocket handshake, or of frames after one. */
class WsFuzzTest {
  private static final String HONEST = String.join(
      "\r\n",
      "GET / HTTP/1.1",
      "host: a",
      "upgrade: websocket",
      "connection: upgrade",
      "sec-websocket-version: 13",
      "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
      "",
      "");

  /** Keeps what fails, and releases what arrives. */
  private static final class Tail extends ChannelInboundHandlerAdapter {
    final List<Throwable> failures = new ArrayList<>();
    long bytes;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      bytes += message instanceof ByteBuf part ? part.readableBytes() : 0;
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      failures.add(cause);
    }
  }

  @FuzzTest(maxDuration = "150s")
  void framesAreReadOrRefusedOnce(FuzzedDataProvider data) {
    boolean client = data.consumeBoolean();
    var tail = new Tail();
    var channel = new EmbeddedChannel(new WsBytes(client), tail);
    long sent = feed(channel, data);
    assertThat(tail.bytes).isLessThanOrEqualTo(sent);
    assertThat(tail.failures).hasSizeLessThanOrEqualTo(1);
    assertThat(tail.failures).allMatch(Libp2pException.class::isInstance);
    assertThat(channel.isOpen() && !tail.failures.isEmpty()).isFalse();
    channel.finishAndReleaseAll();
  }

  @FuzzTest(maxDuration = "150s")
  void aRequestIsAnsweredOnceOrTheConnectionEnds(FuzzedDataProvider data) {
    var upgrades = new ArrayList<Channel>();
    var tail = new Tail();
    ChannelHandler server = new WsServer("/", ctx -> {
      upgrades.add(ctx.channel());
      ctx.pipeline().addLast(tail);
    });
    var channel = new EmbeddedChannel();
    channel
        .pipeline()
        .addLast(WsHandshake.HTTP, new HttpServerCodec(WsUpgrade.decoder()))
        .addLast(server);
    if (data.consumeBoolean()) {
      channel.writeInbound(Unpooled.copiedBuffer(HONEST, StandardCharsets.US_ASCII));
      assertThat(upgrades).hasSize(1);
    }
    feed(channel, data);
    assertThat(upgrades).hasSizeLessThanOrEqualTo(1);
    assertThat(tail.failures).hasSizeLessThanOrEqualTo(1);
    channel.finishAndReleaseAll();
  }

  @FuzzTest(maxDuration = "150s")
  void anAnswerThatIsNoUpgradeFailsTheDial(FuzzedDataProvider data) {
    StreamAddress address =
        StreamAddress.of(Multiaddr.parse("/ip4/192.0.2.1/tcp/1/ws")).orElseThrow();
    Promise<Channel> promise = ImmediateEventExecutor.INSTANCE.newPromise();
    var channel = new EmbeddedChannel();
    channel
        .pipeline()
        .addLast(WsHandshake.HTTP, new HttpClientCodec(WsUpgrade.decoder(), false, false))
        .addLast(new WsClient(address, promise, ctx -> {}));
    channel.pipeline().fireChannelActive();
    feed(channel, data);
    channel.finishAndReleaseAll();
    // The key of the request is random, so that no answer fits it.
    assertThat(promise.isSuccess()).isFalse();
    if (promise.isDone()) {
      assertThat(promise.cause()).isInstanceOf(Libp2pException.class);
    }
  }

  private static long feed(EmbeddedChannel channel, FuzzedDataProvider data) {
    long sent = 0;
    while (data.remainingBytes() > 0 && channel.isOpen()) {
      byte[] piece = data.consumeBytes(data.consumeInt(1, 300));
      sent += piece.length;
      channel.writeInbound(Unpooled.copiedBuffer(piece));
    }
    return sent;
  }
}
