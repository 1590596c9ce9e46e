package dev.twine.libp2p.core.tls;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** Two ends without a network. */
final class TlsPair implements Executor {
  static final NodeKey CLIENT = NodeKey.ed25519FromSeed(seed(1));
  static final NodeKey SERVER = NodeKey.ed25519FromSeed(seed(2));

  final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  final EmbeddedChannel client = channel();
  final EmbeddedChannel server = channel();
  final SecureProtocol protocol;

  TlsPair(SecureProtocol protocol) {
    this.protocol = protocol;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  Future<SecuredPeer> secureClient(UnaryOperator<SecureRequest> change) {
    return protocol.secure(client, "first", change.apply(request(true, CLIENT)));
  }

  Future<SecuredPeer> secureServer(UnaryOperator<SecureRequest> change) {
    return protocol.secure(server, "first", change.apply(request(false, SERVER)));
  }

  SecureRequest request(boolean initiator, NodeKey key) {
    return new SecureRequest(initiator, key, null, List.of(), this, null);
  }

  /** Until nothing moves any more. */
  void carry() {
    boolean moved = true;
    while (moved) {
      moved = runTasks();
      moved |= carry(client, server);
      moved |= carry(server, client);
    }
  }

  boolean runTasks() {
    boolean any = !tasks.isEmpty();
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    client.runPendingTasks();
    server.runPendingTasks();
    return any;
  }

  /** Until no task is left; nothing is carried. */
  void settle() {
    boolean any = true;
    while (any) {
      any = runTasks();
    }
  }

  void close() {
    finish(client);
    finish(server);
    settle();
    finish(client);
    finish(server);
  }

  static byte[] seed(int value) {
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

  static ByteBuf outbound(EmbeddedChannel from) {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf one = from.readOutbound(); one != null; one = from.readOutbound()) {
      all.writeBytes(one);
      one.release();
    }
    return all;
  }

  private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
    ByteBuf all = outbound(from);
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
    channel.pipeline().addLast("first", new ChannelInboundHandlerAdapter());
    return channel;
  }
}
