package dev.twine.testkit;

import dev.twine.gossip.TagTable;
import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.Tag;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.local.LocalAddress;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A peer without an engine, which does what a test says: sends any bytes under any tag, stays silent,
 * leaves. Dials a node of an {@link InMemoryNetwork}. Safe for use by several threads.
 */
public final class ScriptedPeer implements AutoCloseable {
  /** A message as it came. */
  public record Received(int tagCode, byte[] body) {}

  private static final int SECONDS = 5;
  private static final AtomicLong RANDOMS = new AtomicLong();

  private final Channel channel;
  private final CountDownLatch shaken = new CountDownLatch(1);
  private final List<Received> received = new ArrayList<>();
  private volatile boolean answersPings = true;
  private volatile boolean welcome;

  /**
   * Connects and shakes hands.
   *
   * @param id who it claims to be; on a strand of kind P2P the node believes it
   * @param features its feature tokens; without {@code twine1} it counts as a foreign node
   * @throws IllegalStateException if the node turns it away before the handshake is done
   */
  public static ScriptedPeer dial(
      InMemoryNetwork network, Address address, String networkId, NodeId id, Set<String> features)
      throws InterruptedException {
    byte[] random = ("scripted-" + RANDOMS.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
    var hello = new Hello(networkId, id, "scripted", random, new byte[32], features, "");
    LocalAddress remote = network.find(address);
    if (remote == null) {
      throw new IllegalArgumentException("nothing listens at " + address);
    }
    var peer = new ScriptedPeer(network, remote);
    peer.channel.writeAndFlush(MemoryFrame.hello(hello, peer.channel.alloc()));
    if (!peer.shaken.await(SECONDS, TimeUnit.SECONDS) || !peer.welcome) {
      throw new IllegalStateException("the node did not answer the hello");
    }
    return peer;
  }

  private ScriptedPeer(InMemoryNetwork network, LocalAddress remote) {
    channel = new Bootstrap()
        .group(network.loops().group())
        .channel(network.loops().stream())
        .handler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel added) {
            network.add(added);
            added
                .pipeline()
                .addLast(new MemoryDecoder(TagTable.standard(), () -> answersPings), new Reader());
          }
        })
        .connect(remote)
        .syncUninterruptibly()
        .channel();
  }

  /** Sends a message of any tag and size. */
  public void send(Tag tag, byte[] body) {
    ByteBuf frame = channel.alloc().buffer();
    MemoryFrame.message(tag.code(), body, frame);
    channel.writeAndFlush(frame);
  }

  /** Whether pings are answered from now on. */
  public void answerPings(boolean answer) {
    answersPings = answer;
  }

  /** What came so far under a tag, in order. */
  public List<byte[]> received(Tag tag) {
    synchronized (received) {
      return received.stream()
          .filter(one -> one.tagCode == tag.code())
          .map(Received::body)
          .toList();
    }
  }

  /** Whether the node has closed the connection, waiting for it at most that long. */
  public boolean awaitClosed(Duration deadline) throws InterruptedException {
    return channel.closeFuture().await(deadline.toMillis());
  }

  public boolean isOpen() {
    return channel.isActive();
  }

  /** Leaves without a word. */
  @Override
  public void close() {
    channel.close().syncUninterruptibly();
  }

  private final class Reader extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      try {
        if (message instanceof Hello) {
          welcome = true;
          shaken.countDown();
        } else if (message instanceof ByteBuf bytes) {
          int tag = bytes.readUnsignedShort();
          synchronized (received) {
            received.add(new Received(tag, ByteBufUtil.getBytes(bytes)));
          }
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      shaken.countDown();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, @Nullable Throwable cause) {
      context.close();
    }
  }
}
