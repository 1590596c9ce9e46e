package dev.twine.libp2p.core;

import dev.twine.identity.NodeKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * Two ends of a connection without a network, for tests of security protocols. Nothing happens by
 * itself: bytes are carried, and what belongs on the executor runs, when a test says so.
 */
public final class SecurePair implements Executor {
  public static final NodeKey INITIATOR = NodeKey.ed25519FromSeed(seed(1));
  public static final NodeKey RESPONDER = NodeKey.ed25519FromSeed(seed(2));

  /** Waiting for {@link #runTasks}. */
  public final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  public final EmbeddedChannel initiator = channel();
  public final EmbeddedChannel responder = channel();
  private final SecureProtocol protocol;

  /** Whether a task of the executor is running. */
  private boolean computing;

  public SecurePair(SecureProtocol protocol) {
    this.protocol = protocol;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  public boolean isComputing() {
    return computing;
  }

  public Future<SecuredPeer> secureInitiator(UnaryOperator<SecureRequest> change) {
    return protocol.secure(initiator, "first", change.apply(request(true, INITIATOR)));
  }

  public Future<SecuredPeer> secureResponder(UnaryOperator<SecureRequest> change) {
    return protocol.secure(responder, "first", change.apply(request(false, RESPONDER)));
  }

  /** Both sides as they are usually. */
  public void secure() {
    secureInitiator(it -> it);
    secureResponder(it -> it);
    carry();
  }

  public SecureRequest request(boolean initiates, NodeKey key) {
    return new SecureRequest(initiates, key, null, List.of(), this, null);
  }

  /** Until nothing moves any more. */
  public void carry() {
    carry(Integer.MAX_VALUE);
  }

  /** The same in pieces of at most that many bytes. */
  public void carry(int piece) {
    boolean moved = true;
    while (moved) {
      settle();
      moved = feed(responder, outbound(initiator), piece) > 0;
      settle();
      moved |= feed(initiator, outbound(responder), piece) > 0;
    }
  }

  /** Until no task is left; nothing is carried. */
  public void settle() {
    boolean any = true;
    while (any) {
      any = runTasks();
    }
  }

  /** Whether there were any. */
  public boolean runTasks() {
    boolean any = !tasks.isEmpty();
    computing = true;
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    computing = false;
    initiator.runPendingTasks();
    responder.runPendingTasks();
    return any;
  }

  public void close() {
    finish(initiator);
    finish(responder);
    settle();
    finish(initiator);
    finish(responder);
  }

  /** Gives the bytes to that end, as far as it is open, and releases them; how many it was. */
  public int feed(EmbeddedChannel to, ByteBuf bytes, int piece) {
    int length = bytes.readableBytes();
    while (bytes.isReadable() && to.isOpen()) {
      to.writeInbound(bytes.readBytes(Math.min(piece, bytes.readableBytes())));
      settle();
    }
    bytes.release();
    return length;
  }

  /** All that the channel has flushed, joined; the caller's. */
  public static ByteBuf outbound(EmbeddedChannel from) {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf one = from.readOutbound(); one != null; one = from.readOutbound()) {
      all.writeBytes(one);
      one.release();
    }
    return all;
  }

  public static byte[] seed(int value) {
    byte[] seed = new byte[32];
    seed[0] = (byte) value;
    return seed;
  }

  private static void finish(EmbeddedChannel channel) {
    channel.close();
    channel.runPendingTasks();
    channel.releaseInbound();
    channel.releaseOutbound();
  }

  private static EmbeddedChannel channel() {
    var channel = new EmbeddedChannel();
    channel.pipeline().addLast("first", new ChannelInboundHandlerAdapter());
    return channel;
  }
}
