package dev.twine.libp2p.core.noise;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** Two ends without a network: what one writes is carried to the other by {@link #carry}. */
final class Pair {
  static final NodeKey INITIATOR = NodeKey.ed25519FromSeed(seed(1));
  static final NodeKey RESPONDER = NodeKey.ed25519FromSeed(seed(2));

  final ManualExecutor crypto = new ManualExecutor();
  final EmbeddedChannel initiator = channel();
  final EmbeddedChannel responder = channel();
  private final NoiseProtocol noise = new NoiseProtocol();

  /** Runs what it was given when told so. */
  static final class ManualExecutor implements Executor {
    final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    boolean run() {
      boolean any = !tasks.isEmpty();
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
      return any;
    }
  }

  Future<SecuredPeer> secureInitiator(UnaryOperator<SecureRequest> change) {
    return noise.secure(initiator, "first", change.apply(request(true, INITIATOR)));
  }

  Future<SecuredPeer> secureResponder(UnaryOperator<SecureRequest> change) {
    return noise.secure(responder, "first", change.apply(request(false, RESPONDER)));
  }

  /** Until nothing moves any more. */
  void carry() {
    boolean moved = true;
    while (moved) {
      moved = crypto.run();
      initiator.runPendingTasks();
      responder.runPendingTasks();
      moved |= carry(initiator, responder);
      moved |= carry(responder, initiator);
    }
  }

  void close() {
    initiator.finishAndReleaseAll();
    responder.finishAndReleaseAll();
    crypto.run();
    initiator.runPendingTasks();
    responder.runPendingTasks();
  }

  SecureRequest request(boolean initiates, NodeKey key) {
    return new SecureRequest(initiates, key, null, List.of(), crypto, null);
  }

  static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    buffer.release();
    return bytes;
  }

  static byte[] seed(int value) {
    byte[] seed = new byte[32];
    seed[0] = (byte) value;
    return seed;
  }

  private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf one = from.readOutbound(); one != null; one = from.readOutbound()) {
      all.writeBytes(one);
      one.release();
    }
    boolean any = all.isReadable();
    if (any && to.isOpen()) {
      to.writeInbound(all);
    } else {
      all.release();
    }
    return any;
  }

  private static EmbeddedChannel channel() {
    var channel = new EmbeddedChannel();
    ChannelHandler first = new ChannelInboundHandlerAdapter();
    channel.pipeline().addLast("first", first);
    return channel;
  }
}
