package dev.twine.node.web;

import dev.twine.node.peer.Pattern;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;

/** Answers requests for the pattern and reads uploads of it, on one connection of the baseline. */
final class NettyAnswers extends ChannelInboundHandlerAdapter {
  private final LongAdder received;
  private boolean uploads;
  private boolean keepAlive = true;
  /** Of the upload, or the download, that is under way. */
  private long position;

  private long length;
  private boolean pumping;

  NettyAnswers(LongAdder received) {
    this.received = received;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest request) {
        begin(ctx, request);
      }
      if (uploads && message instanceof HttpContent content) {
        upload(ctx, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    keepAlive = HttpUtil.isKeepAlive(request);
    uploads = request.method().equals(HttpMethod.POST);
    position = 0;
    length = 0;
    if (uploads) {
      return;
    }
    String[] path = request.uri().substring(Blocks.PATH.length()).split("/", -1);
    long wanted = Long.parseLong(path[1]);
    if (wanted <= Blocks.SIZE) {
      answer(ctx, Pattern.from(Long.parseLong(path[0]), (int) wanted));
    } else {
      var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      setLength(head, wanted);
      ctx.write(head, ctx.voidPromise());
      length = wanted;
      pump(ctx);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    pump(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  private void pump(ChannelHandlerContext ctx) {
    if (length == 0 || pumping) {
      return; // A write or flush tells of writability at once, on top of this call.
    }
    pumping = true;
    while (position < length && ctx.channel().isWritable()) {
      int count = (int) Math.min(Blocks.SIZE, length - position);
      ctx.writeAndFlush(new DefaultHttpContent(Pattern.from(position, count)), ctx.voidPromise());
      position += count;
    }
    pumping = false;
    if (position == length) {
      length = 0;
      end(ctx, LastHttpContent.EMPTY_LAST_CONTENT);
      ctx.flush();
    }
  }

  private void upload(ChannelHandlerContext ctx, HttpContent content) {
    if (!Pattern.matches(position, content.content())) {
      ctx.close();
      return;
    }
    position += content.content().readableBytes();
    if (content instanceof LastHttpContent) {
      uploads = false;
      received.add(position);
      answer(ctx, Unpooled.copiedBuffer("" + position, StandardCharsets.US_ASCII));
    }
  }

  private void answer(ChannelHandlerContext ctx, ByteBuf body) {
    var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
    setLength(answer, body.readableBytes());
    end(ctx, answer);
  }

  private void setLength(HttpResponse head, long bytes) {
    head.headers().set(HttpHeaderNames.CONTENT_LENGTH, bytes);
    HttpUtil.setKeepAlive(head, keepAlive);
  }

  private void end(ChannelHandlerContext ctx, Object last) {
    var written = ctx.write(last);
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }
}
