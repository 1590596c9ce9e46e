package dev.twine.testkit;

import dev.twine.gossip.IdentityChallenge;
import dev.twine.gossip.TagTable;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final AtomicInteger pings = new AtomicInteger();
  private volatile boolean welcome;
  private volatile @Nullable Hello hello;
  private volatile IdentityChallenge.@Nullable Dialler challenge;
  private volatile IdentityChallenge.@Nullable Proven answer;

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
    ScriptedPeer peer = connect(network, address);
    peer.greet(networkId, id, features, "");
    return peer;
  }

  /**
   * Connects as a foreign node that challenges the listener to prove who it is. The peer has then yet
   * to send {@link #verification} under {@code NI}.
   *
   * @throws IllegalStateException if the node turns it away before the handshake is done
   */
  public static ScriptedPeer challenge(
      InMemoryNetwork network, Address address, String networkId, NodeKey key)
      throws InterruptedException {
    ScriptedPeer peer = connect(network, address);
    var dialler = IdentityChallenge.dial(key, address.toString(), new SecureRandom());
    peer.challenge = dialler;
    peer.greet(networkId, key.nodeId(), Set.of("none"), dialler.header());
    return peer;
  }

  /**
   * Connects once more as the same run of the same node, as one does that has lost its session.
   *
   * @throws IllegalStateException if the node turns it away before the handshake is done
   */
  public ScriptedPeer again(InMemoryNetwork network, Address address) throws InterruptedException {
    ScriptedPeer peer = connect(network, address);
    peer.greet(Objects.requireNonNull(hello, "it has not greeted"));
    return peer;
  }

  /** Connects and says nothing. */
  public static ScriptedPeer connect(InMemoryNetwork network, Address address) {
    LocalAddress remote = network.find(address);
    if (remote == null) {
      throw new IllegalArgumentException("nothing listens at " + address);
    }
    return new ScriptedPeer(network, remote);
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
                .addLast(
                    new MemoryDecoder(TagTable.standard(), ScriptedPeer.this::pinged),
                    new Reader());
          }
        })
        .connect(remote)
        .syncUninterruptibly()
        .channel();
  }

  private void greet(String networkId, NodeId id, Set<String> features, String identity)
      throws InterruptedException {
    byte[] random = ("scripted-" + RANDOMS.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
    greet(new Hello(networkId, id, "scripted", random, new byte[32], features, "", identity));
  }

  private void greet(Hello own) throws InterruptedException {
    hello = own;
    channel.writeAndFlush(MemoryFrame.hello(own, channel.alloc()));
    if (!shaken.await(SECONDS, TimeUnit.SECONDS) || !welcome) {
      throw new IllegalStateException("the node did not answer the hello");
    }
  }

  /** The listener that answered the challenge, which has proven who it is; null if none did. */
  public @Nullable NodeId listener() {
    IdentityChallenge.Proven proven = answer;
    return proven == null ? null : proven.key().nodeId();
  }

  /** The body of the message that completes the challenge. */
  public byte[] verification() {
    IdentityChallenge.Proven proven = answer;
    if (proven == null) {
      throw new IllegalStateException("the challenge was not answered");
    }
    return proven.verification();
  }

  /** How many pings have come. */
  public int pings() {
    return pings.get();
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

  private boolean pinged() {
    pings.incrementAndGet();
    return answersPings;
  }

  private final class Reader extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      try {
        if (message instanceof Hello hello) {
          IdentityChallenge.Dialler dialler = challenge;
          answer = dialler == null ? null : dialler.response(hello.identity()).orElse(null);
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
