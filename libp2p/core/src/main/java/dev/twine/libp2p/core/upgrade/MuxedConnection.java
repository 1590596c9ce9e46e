package dev.twine.libp2p.core.upgrade;

import dev.twine.identity.NodeId;
import dev.twine.identity.NodePublicKey;
import dev.twine.libp2p.core.CloseReason;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Direction;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Muxer;
import dev.twine.libp2p.core.ReadyConnection;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamRequest;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A secured connection with a multiplexer. */
final class MuxedConnection implements Connection {
  private final Channel channel;
  private final Leg leg;
  private final ReadyConnection ready;
  /** Counts connections that ended because the peer broke a protocol, in whichever layer. */
  private static final String BROKEN = "connections.broken";

  private final Refusals refusals;
  private final Set<StreamChannel> streams = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
  private @Nullable Muxer muxer;

  /** The first reason given for the end; on the event loop. */
  private @Nullable CloseReason reason;

  MuxedConnection(Channel channel, Leg leg, ReadyConnection ready, Refusals refusals) {
    this.channel = channel;
    this.leg = leg;
    this.ready = ready;
    this.refusals = refusals;
  }

  /** Before the connection is seen by anybody else. */
  void start(Muxer installed) {
    muxer = installed;
  }

  @Override
  public NodeId peer() {
    return ready.peer().id();
  }

  @Override
  public NodePublicKey key() {
    return ready.peer().key();
  }

  @Override
  public Multiaddr remoteAddress() {
    return leg.remote();
  }

  @Override
  public Multiaddr localAddress() {
    return leg.local();
  }

  @Override
  public Direction direction() {
    return leg.direction();
  }

  @Override
  public String security() {
    return ready.security();
  }

  @Override
  public String muxer() {
    return ready.muxer();
  }

  @Override
  public Optional<byte[]> channelBinding() {
    return ready.peer().channelBinding().map(byte[]::clone);
  }

  @Override
  public long rttNanos() {
    return installed().rttNanos();
  }

  @Override
  public CompletableFuture<StreamChannel> open(StreamRequest request) {
    return new OutboundStream(this, request, refusals).open(installed());
  }

  @Override
  public List<StreamChannel> streams() {
    return List.copyOf(streams);
  }

  @Override
  public void goAway() {
    installed().goAway();
  }

  @Override
  public boolean isGoingAway() {
    return installed().isGoingAway();
  }

  @Override
  public CompletableFuture<Void> close() {
    try {
      channel.eventLoop().execute(this::closeNow);
    } catch (RejectedExecutionException loopEnded) {
      // Its channels ended with it.
      ended();
    }
    return closed.thenApply(done -> null);
  }

  @Override
  public CompletableFuture<CloseReason> closed() {
    return closed.copy();
  }

  @Override
  public boolean isOpen() {
    return channel.isActive();
  }

  @Override
  public String toString() {
    return leg.direction() + " " + leg.remote() + " " + ready.peer().id();
  }

  /** Keeps account of an open stream. */
  void track(StreamChannel stream) {
    stream.attr(ATTRIBUTE).set(this);
    streams.add(stream);
    stream.closeFuture().addListener(gone -> streams.remove(stream));
  }

  /** An exception that ends the connection; on the event loop. */
  void broken(Throwable cause) {
    if (cause instanceof Libp2pException known) {
      boolean remote =
          known.reason() == FailureReason.GO_AWAY || known.reason() == FailureReason.RESET_BY_PEER;
      because(new CloseReason(known.reason(), remote, String.valueOf(known.getMessage())));
    } else if (cause instanceof java.io.IOException) {
      because(new CloseReason(FailureReason.RESET_BY_PEER, true, cause.toString()));
    } else {
      because(new CloseReason(FailureReason.PROTOCOL_ERROR, false, cause.toString()));
    }
  }

  /** The channel has closed. */
  void ended() {
    because(new CloseReason(FailureReason.RESET_BY_PEER, true, "closed by the peer"));
    CloseReason why = reason;
    if (why != null) {
      closed.complete(why);
    }
  }

  private void closeNow() {
    because(new CloseReason(FailureReason.CLOSED, false, "closed by this side"));
    if (channel.isActive()) {
      installed().goAway();
      channel.flush();
    }
    channel.close();
  }

  private void because(CloseReason first) {
    if (reason == null) {
      reason = first;
      if (first.reason() == FailureReason.PROTOCOL_ERROR) {
        refusals.count(BROKEN);
      }
    }
  }

  private Muxer installed() {
    Muxer current = muxer;
    if (current == null) {
      throw new IllegalStateException("the multiplexer is being installed");
    }
    return current;
  }
}
