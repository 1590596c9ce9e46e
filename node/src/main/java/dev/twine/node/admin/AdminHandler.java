package dev.twine.node.admin;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the admin API: one request at a time, and none for too long. Runs on the loop of
 * the connection.
 */
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  /** For a request to arrive whole, and for an idle connection. */
  private static final long REQUEST_SECONDS = 30;

  private final AdminRoutes routes;
  private @Nullable AdminReply current;
  private @Nullable ScheduledFuture<?> deadline;

  AdminHandler(AdminRoutes routes) {
    this.routes = routes;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    expectRequest(ctx);
    ctx.fireChannelActive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    if (current != null) {
      ctx.close(); // Nobody needs pipelining here, and answers would have to be put in order.
      return;
    }
    cancelDeadline();
    var reply = new AdminReply(ctx, () -> expectRequest(ctx));
    current = reply;
    if (request.decoderResult().isFailure()) {
      reply.refuse(HttpResponseStatus.BAD_REQUEST);
      return;
    }
    Optional<HttpResponseStatus> refusal =
        routes.guard().refusal(request, (InetSocketAddress) ctx.channel().localAddress());
    if (refusal.isPresent()) {
      reply.refuse(refusal.get());
    } else {
      routes.route(request, reply);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (current != null) {
      current.writabilityChanged();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    cancelDeadline();
    if (current != null) {
      current.connectionLost();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  private void expectRequest(ChannelHandlerContext ctx) {
    current = null;
    cancelDeadline();
    deadline = ctx.executor().schedule(() -> ctx.close(), REQUEST_SECONDS, TimeUnit.SECONDS);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }
}
