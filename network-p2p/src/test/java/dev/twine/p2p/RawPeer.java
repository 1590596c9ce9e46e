package dev.twine.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.network.GossipNode;
import dev.twine.testkit.Eventually;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A libp2p host that speaks the gossip protocol by hand, well or badly. */
final class RawPeer implements AutoCloseable {
  final Host host;

  /** Gossip streams that the other end has opened. */
  final BlockingQueue<Tape> accepted = new ArrayBlockingQueue<>(8);

  private final List<String> protocols;

  RawPeer(NodeKey key, String... protocols) {
    this.protocols = List.of(protocols);
    host = Host.builder()
        .key(key)
        .listen("/ip4/127.0.0.1/tcp/0")
        .protocol(new Answering())
        .start();
  }

  private final class Answering implements StreamProtocol {
    @Override
    public List<String> ids() {
      return protocols;
    }

    @Override
    public void accept(StreamChannel stream, String negotiatedId, Connection connection) {
      var tape = new Tape(stream);
      stream.pipeline().addLast(tape);
      accepted.add(tape);
    }
  }

  Connection connect(GossipNode node) throws Exception {
    return host.connect(Multiaddr.parse(node.addresses().get(0).toString()))
        .get(15, TimeUnit.SECONDS);
  }

  /** On a connection of its own or the one that is there. */
  Tape open(GossipNode node) throws Exception {
    var tape = new Tape(null);
    var request = new StreamRequest(protocols, tape, Duration.ofSeconds(10));
    tape.stream = connect(node).open(request).get(15, TimeUnit.SECONDS);
    return tape;
  }

  /** The gossip stream of a new connection, whoever opens it. */
  Tape meet(GossipNode node) throws Exception {
    if (host.id().compareTo(node.nodeId()) < 0) {
      return open(node);
    }
    connect(node);
    return taken();
  }

  Tape taken() throws InterruptedException {
    Tape tape = accepted.poll(15, TimeUnit.SECONDS);
    assertThat(tape).as("a stream from the node").isNotNull();
    return tape;
  }

  /** A well-formed greeting with that network and version. */
  static byte[] hello(String network, String version) {
    var headers = new TreeMap<String, List<String>>();
    headers.put(Metainfo.VERSION, List.of(version));
    headers.put(Metainfo.ACCEPT_VERSION, List.of(version));
    headers.put(Metainfo.GENESIS, List.of(network));
    byte[] map = MetainfoCodec.encode(headers);
    return ByteBufUtil.getBytes(Unpooled.buffer().writeShort(map.length).writeBytes(map));
  }

  static byte[] frame(String tag, String body) {
    byte[] bytes = (tag + body).getBytes(StandardCharsets.US_ASCII);
    return ByteBufUtil.getBytes(Unpooled.buffer().writeInt(bytes.length).writeBytes(bytes));
  }

  @Override
  public void close() {
    host.close();
  }

  /** One stream: what came, and whether it has ended. */
  static final class Tape extends ChannelInboundHandlerAdapter {
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private volatile StreamChannel stream;

    Tape(StreamChannel stream) {
      this.stream = stream;
    }

    StreamChannel stream() {
      return stream;
    }

    void write(byte[]... parts) {
      stream.writeAndFlush(Unpooled.wrappedBuffer(parts));
    }

    synchronized byte[] heard() {
      return heard.toByteArray();
    }

    String text() {
      return new String(heard(), StandardCharsets.ISO_8859_1);
    }

    void awaitText(String part) {
      Eventually.until(() -> part + " in " + text(), () -> text().contains(part));
    }

    void awaitEnd() {
      Eventually.until("the end of the stream", () -> !stream.isOpen() || stream.isInputShutdown());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var bytes = (ByteBuf) message;
      synchronized (this) {
        heard.writeBytes(ByteBufUtil.getBytes(bytes));
      }
      bytes.release();
    }

    /** A reset, which is what is awaited. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
