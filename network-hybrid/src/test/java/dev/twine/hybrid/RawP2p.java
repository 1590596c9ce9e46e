package dev.twine.hybrid;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.HostListener;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.TransportKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A {@link RawPeer} on a libp2p host of its own. */
final class RawP2p extends RawPeer implements HostListener, StreamProtocol {
  private static final String PROTOCOL = "/algorand-ws/2.2.0";

  private final Host host;
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile String[] early = {};
  private volatile StreamChannel stream;

  RawP2p() {
    host = Host.builder()
        .key(NodeKey.generate(KeyType.ED25519))
        .listen("/ip4/127.0.0.1/tcp/0")
        .start();
    host.handle(this);
    host.addListener(this);
  }

  @Override
  void dial(GossipNode node, String... words) throws Exception {
    early = words;
    Cluster.get(
        host.connect(Multiaddr.parse(Cluster.address(node, TransportKind.P2P).toString())));
  }

  @Override
  void listen(String... words) {
    early = words;
  }

  @Override
  Address address() {
    return Address.parse(host.addresses().get(0).withPeer(host.id()).toString());
  }

  /** The end with the lower ID opens the stream. */
  @Override
  public void connected(Connection connection) {
    if (host.id().compareTo(connection.peer()) < 0) {
      var reader = new Reader(connection.initiator());
      var deadline = StreamRequest.DEFAULT_DEADLINE;
      connection.open(new StreamRequest(List.of(PROTOCOL, PROTOCOL + "/none"), reader, deadline));
    }
  }

  @Override
  public List<String> ids() {
    return List.of(PROTOCOL);
  }

  @Override
  public void accept(StreamChannel accepted, String negotiatedId, Connection connection) {
    accepted.pipeline().addLast(new Reader(connection.initiator()));
  }

  @Override
  void send(String... messages) {
    ByteBuf out = Unpooled.buffer();
    write(out, messages);
    stream.writeAndFlush(out);
  }

  @Override
  void stall() {
    stream.config().setAutoRead(false);
  }

  @Override
  void resume() {
    stream.eventLoop().execute(() -> stream.config().setAutoRead(true));
  }

  /** The host answers pings by itself, so its loop has to stand. */
  @Override
  void fallSilent() {
    stream.eventLoop().execute(() -> {
      try {
        end.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  @Override
  public void close() {
    end.countDown();
    host.close();
  }

  private static void write(ByteBuf out, String... messages) {
    for (String message : messages) {
      out.writeInt(message.length()).writeBytes(bytes(message));
    }
  }

  /** A map of texts to lists of one text, behind its length. */
  private ByteBuf greeting() {
    ByteBuf map = Unpooled.buffer().writeByte(0x84);
    header(map, "X-Algorand-Version", "2.2");
    header(map, "X-Algorand-Accept-Version", "2.2");
    header(map, "X-Algorand-Genesis", Cluster.NETWORK);
    header(map, "X-Twine-Agent", name());
    return Unpooled.buffer().writeShort(map.readableBytes()).writeBytes(map);
  }

  private static void header(ByteBuf map, String name, String value) {
    map.writeByte(0xa0 | name.length()).writeBytes(bytes(name));
    map.writeByte(0x91).writeByte(0xa0 | value.length()).writeBytes(bytes(value));
  }

  private final class Reader extends ByteToMessageDecoder {
    private final boolean speaksFirst;
    private boolean greeted;

    Reader(boolean speaksFirst) {
      this.speaksFirst = speaksFirst;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      if (ctx.channel().isActive()) {
        begin(ctx);
      }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      begin(ctx);
    }

    private void begin(ChannelHandlerContext ctx) {
      if (stream == null) {
        stream = (StreamChannel) ctx.channel();
        if (speaksFirst) {
          greet(ctx);
        }
      }
    }

    private void greet(ChannelHandlerContext ctx) {
      ByteBuf out = greeting();
      write(out, early);
      ctx.writeAndFlush(out);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      int head = greeted ? Integer.BYTES : Short.BYTES;
      if (in.readableBytes() < head) {
        return;
      }
      int start = in.readerIndex();
      int length = greeted ? in.getInt(start) : in.getUnsignedShort(start);
      if (in.readableBytes() < head + length) {
        return;
      }
      byte[] body = ByteBufUtil.getBytes(in.skipBytes(head).readSlice(length));
      if (greeted) {
        took(body);
        return;
      }
      greeted = true;
      if (!speaksFirst) {
        greet(ctx);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
      if (event instanceof ChannelInputShutdownEvent) {
        ended();
        ctx.close();
      }
      super.userEventTriggered(ctx, event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
      ended();
      super.channelInactive(ctx);
    }

    /** A reset, as a rule. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ended();
      ctx.close();
    }
  }
}
