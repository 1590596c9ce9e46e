package dev.twine.libp2p.core.upgrade;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Direction;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.HandshakeExtension;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.MuxerProtocol;
import dev.twine.libp2p.core.ReadyConnection;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import dev.twine.libp2p.core.multistream.MultistreamDialler;
import dev.twine.libp2p.core.multistream.MultistreamListener;
import dev.twine.libp2p.core.multistream.Negotiation;
import dev.twine.libp2p.core.multistream.NegotiationOutcome;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection on its way from bytes to streams. Lives on its event loop. */
final class Upgrade {
  private final Channel channel;
  private final Leg leg;
  private final Upgrader upgrader;
  private final UpgradeSettings settings;
  private final Promise<Connection> result;
  private final ConnectionTail tail;

  /** What is going on, for errors. */
  private String step = "the security negotiation";

  private String securityId = "";

  Upgrade(Channel channel, Leg leg, Upgrader upgrader) {
    this.channel = channel;
    this.leg = leg;
    this.upgrader = upgrader;
    this.settings = upgrader.settings();
    this.result = channel.eventLoop().newPromise();
    this.tail = new ConnectionTail(this::failed);
  }

  Future<Connection> result() {
    return result;
  }

  void start() {
    long left = settings.limits().host().handshakes().deadline().toNanos()
        - (System.nanoTime() - leg.startedNanos());
    Future<?> timer = channel
        .eventLoop()
        .schedule(() -> failed(timeout()), Math.max(0, left), TimeUnit.NANOSECONDS);
    result.addListener(done -> {
      timer.cancel(false);
      if (!done.isSuccess()) {
        channel.close();
      }
    });
    channel.pipeline().addLast(ConnectionTail.NAME, tail);
    select(settings.securityIds(), FailureReason.NO_COMMON_SECURITY, this::secure);
  }

  private boolean initiator() {
    return leg.direction() == Direction.OUTBOUND;
  }

  private void select(List<String> ours, FailureReason onNone, Consumer<String> next) {
    var negotiation = new Negotiation(ours, onNone, Duration.ZERO, settings.refusals());
    var outcome = new Outcome(next);
    ChannelHandler handler = initiator()
        ? MultistreamDialler.inOrder(negotiation, outcome)
        : new MultistreamListener(negotiation, outcome);
    channel.pipeline().addBefore(ConnectionTail.NAME, null, handler);
  }

  private void secure(String id) {
    securityId = id;
    step = "the handshake of " + id;
    SecureProtocol protocol = settings.security(id);
    HandshakeExtension extension =
        settings.extension() == null ? null : settings.extension().get();
    var request = new SecureRequest(
        initiator(),
        settings.key(),
        leg.expected(),
        settings.earlyMuxer() ? settings.muxerIds() : List.of(),
        settings.crypto(),
        extension);
    protocol.secure(channel, lastHandler(), request).addListener((Future<SecuredPeer> done) -> {
      if (done.isSuccess()) {
        secured(done.getNow());
      } else {
        failed(done.cause());
      }
    });
  }

  private void secured(SecuredPeer peer) {
    if (result.isDone()) {
      return;
    }
    try {
      upgrader.judge(leg, peer);
      step = "the multiplexer negotiation";
      String early = peer.muxer();
      if (early != null) {
        multiplex(peer, early);
      } else {
        select(settings.muxerIds(), FailureReason.NO_COMMON_MUXER, id -> multiplex(peer, id));
      }
    } catch (Libp2pException refused) {
      failed(refused);
    } catch (RuntimeException ours) {
      failed(new Libp2pException(
          FailureReason.RESET_LOCALLY,
          "the gater or the multiplexer of the local side failed",
          leg.remote() + " (" + ours + ")",
          "see the cause",
          ours));
    }
  }

  private void multiplex(SecuredPeer peer, String muxerId) {
    if (result.isDone()) {
      return;
    }
    MuxerProtocol protocol = settings.muxer(muxerId);
    var ready = new ReadyConnection(
        peer,
        securityId,
        muxerId,
        (config, acceptor) ->
            protocol.install(channel, lastHandler(), initiator(), config, acceptor));
    Connection connection = upgrader.establish(channel, leg, ready, tail);
    if (!result.trySuccess(connection)) {
      channel.close();
    }
  }

  /** The name of the handler in front of the tail: a negotiation or a cipher. */
  private String lastHandler() {
    List<String> names = channel.pipeline().names();
    return names.get(names.indexOf(ConnectionTail.NAME) - 1);
  }

  private void failed(@Nullable Throwable cause) {
    if (cause instanceof Libp2pException known) {
      result.tryFailure(known);
    } else {
      result.tryFailure(broken(cause));
    }
  }

  private Libp2pException broken(@Nullable Throwable cause) {
    String why = cause == null ? "" : " (" + cause + ")";
    FailureReason reason = cause == null || cause instanceof java.io.IOException
        ? FailureReason.RESET_BY_PEER
        : FailureReason.BAD_HANDSHAKE;
    return new Libp2pException(
        reason,
        "the connection broke during " + step,
        leg.remote() + why,
        "look for the reason on the other side",
        cause);
  }

  private Libp2pException timeout() {
    return new Libp2pException(
        FailureReason.HANDSHAKE_TIMEOUT,
        "not secured within " + settings.limits().host().handshakes().deadline() + ", stuck in "
            + step,
        leg.remote().toString(),
        "check that the peer speaks libp2p and is not overloaded");
  }

  /** Goes on with what was agreed. */
  private final class Outcome implements NegotiationOutcome {
    private final Consumer<String> next;

    Outcome(Consumer<String> next) {
      this.next = next;
    }

    @Override
    public void selected(ChannelHandlerContext ctx, String protocol) {
      next.accept(protocol);
    }

    @Override
    public void failed(ChannelHandlerContext ctx, Libp2pException reason) {
      Upgrade.this.failed(reason);
    }
  }
}
