package dev.twine.libp2p.core.upgrade;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Muxer;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.libp2p.core.multistream.MultistreamDialler;
import dev.twine.libp2p.core.multistream.Negotiation;
import dev.twine.libp2p.core.multistream.NegotiationOutcome;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** One stream that this side opens, until the peer has agreed to its protocol. */
final class OutboundStream extends ChannelInitializer<Channel> implements NegotiationOutcome {
  private final MuxedConnection connection;
  private final StreamRequest request;
  private final Negotiation negotiation;
  private final CompletableFuture<StreamChannel> result = new CompletableFuture<>();

  /** With a single protocol there is nothing to wait for. */
  private final boolean optimistic;

  OutboundStream(MuxedConnection connection, StreamRequest request, Refusals refusals) {
    this.connection = connection;
    this.request = request;
    this.optimistic = request.protocols().size() == 1;
    this.negotiation = new Negotiation(
        request.protocols(), FailureReason.PROTOCOL_NOT_SUPPORTED, request.deadline(), refusals);
  }

  CompletableFuture<StreamChannel> open(Muxer muxer) {
    try {
      Future<StreamChannel> opening = muxer.open(this);
      opening.addListener((Future<StreamChannel> opened) -> {
        if (opened.isSuccess()) {
          opened(opened.getNow());
        } else {
          result.completeExceptionally(opened.cause());
        }
      });
      // Cancelled, or failed by its caller in another way, such as a timeout of its own.
      result.whenComplete((done, failure) -> {
        if (failure != null) {
          opening.cancel(false);
        }
      });
    } catch (RejectedExecutionException loopEnded) {
      result.completeExceptionally(closed());
    }
    return result;
  }

  @Override
  protected void initChannel(Channel channel) {
    connection.track((StreamChannel) channel);
    if (optimistic) {
      channel.pipeline().addLast(MultistreamDialler.optimistic(negotiation, this));
      channel.pipeline().addLast(request.initializer());
    } else {
      channel.pipeline().addLast(MultistreamDialler.inOrder(negotiation, this));
    }
  }

  /** A handler that cannot even be added: the caller learns why, so nothing is logged. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    result.completeExceptionally(new Libp2pException(
        FailureReason.RESET_LOCALLY,
        "the handler of the stream cannot be added",
        String.join(" ", request.protocols()) + " (" + cause + ")",
        "see the cause; a handler for several streams has to be sharable",
        cause));
    ((StreamChannel) ctx.channel()).reset();
  }

  @Override
  public void selected(ChannelHandlerContext ctx, String protocol) {
    ctx.channel().attr(StreamChannel.PROTOCOL).set(protocol);
    if (!optimistic) {
      ctx.pipeline().addLast(request.initializer());
      result.complete((StreamChannel) ctx.channel());
    }
  }

  @Override
  public void failed(ChannelHandlerContext ctx, Libp2pException reason) {
    // After an optimistic start this is too late, and the handlers behind are told instead.
    result.completeExceptionally(reason);
  }

  private void opened(StreamChannel opened) {
    if (optimistic) {
      // First, for it may have ended already: its handlers have had all that there was.
      result.complete(opened);
    }
    opened.closeFuture().addListener(gone -> result.completeExceptionally(closed()));
    result.whenComplete((done, failure) -> {
      if (failure != null) {
        opened.reset();
      }
    });
  }

  private Libp2pException closed() {
    return new Libp2pException(
        FailureReason.CLOSED,
        "the stream or its connection closed before a protocol was agreed on",
        String.join(" ", request.protocols()) + " with " + connection.peer(),
        "connect again");
  }
}
