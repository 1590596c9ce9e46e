package dev.twine.node.peer;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.StandardProtocols;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Handshakes of a security protocol and nothing else: both ends in the calling thread, their bytes
 * handed over in memory. What each end computes is counted for itself.
 */
final class BareHandshakes {
  private static final String FIRST = "first";

  /** What a connection between two of our hosts would choose early. */
  private static final List<String> MUXERS = List.of(StandardProtocols.yamux().id());

  private final SecureProtocol protocol;
  private final LongSupplier cpuClock;
  private final NodeKey dialler = NodeKey.generate(KeyType.ED25519);
  private final NodeKey listener = NodeKey.generate(KeyType.ED25519);

  /**
   * What was done.
   *
   * @param count handshakes that both ends completed, each with the right peer
   * @param diallerNanos processor time of this thread for the diallers
   * @param listenerNanos the same for the listeners
   */
  record Done(long count, long diallerNanos, long listenerNanos) {
    /** Of a thousand, what the dialling ends took. */
    long diallerPermille() {
      return 1_000 * diallerNanos / Math.max(1, diallerNanos + listenerNanos);
    }
  }

  /** The clock is that of the calling thread's processor time. */
  BareHandshakes(SecureProtocol protocol, LongSupplier cpuClock) {
    this.protocol = protocol;
    this.cpuClock = cpuClock;
  }

  /**
   * One after the other until the end, at least one.
   *
   * @throws IllegalStateException if one fails or proves another peer
   */
  Done run(LongSupplier nanoClock, long end) {
    long count = 0;
    long diallerNanos = 0;
    long listenerNanos = 0;
    do {
      var out = new End(dialler, listener, true);
      var in = new End(listener, dialler, false);
      do {
        out.turn(in);
        in.turn(out);
      } while (out.isBusy() || in.isBusy());
      out.finish();
      in.finish();
      diallerNanos += out.nanos;
      listenerNanos += in.nanos;
      count++;
    } while (nanoClock.getAsLong() - end < 0);
    return new Done(count, diallerNanos, listenerNanos);
  }

  /** One end of one handshake. */
  private final class End {
    private final NodeKey own;
    private final NodeKey other;
    private final boolean dials;
    private @Nullable EmbeddedChannel channel;
    private @Nullable Future<SecuredPeer> secured;
    private boolean moved;
    private long nanos;

    End(NodeKey own, NodeKey other, boolean dials) {
      this.own = own;
      this.other = other;
      this.dials = dials;
    }

    /** Begins, or takes what the other end has written; until there is nothing left to do. */
    void turn(End from) {
      long begun = cpuClock.getAsLong();
      moved = false;
      if (channel == null) {
        begin();
      }
      EmbeddedChannel here = channel;
      EmbeddedChannel there = from.channel;
      if (here != null && there != null) {
        for (ByteBuf bytes = there.readOutbound(); bytes != null; bytes = there.readOutbound()) {
          here.writeInbound(bytes);
          moved = true;
        }
        here.runPendingTasks();
      }
      nanos += cpuClock.getAsLong() - begun;
    }

    boolean isBusy() {
      return moved;
    }

    private void begin() {
      channel = new EmbeddedChannel();
      channel.pipeline().addLast(FIRST, new ChannelInboundHandlerAdapter());
      var request =
          new SecureRequest(dials, own, dials ? other.nodeId() : null, MUXERS, Runnable::run, null);
      secured = protocol.secure(channel, FIRST, request);
      channel.runPendingTasks();
      moved = true;
    }

    void finish() {
      long begun = cpuClock.getAsLong();
      Future<SecuredPeer> result = secured;
      if (result == null || !result.isSuccess()) {
        throw new IllegalStateException(
            "a handshake failed", result == null ? null : result.cause());
      }
      if (!result.getNow().id().equals(other.nodeId())) {
        throw new IllegalStateException("a handshake proved " + result.getNow().id());
      }
      if (channel != null) {
        channel.finishAndReleaseAll();
      }
      nanos += cpuClock.getAsLong() - begun;
    }
  }
}
