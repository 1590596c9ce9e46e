package dev.twine.ws;

import dev.twine.http.Farewell;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/**
 * A whole HTTP answer after which the connection ends, written past the HTTP codec.
 *
 * @param status its status code
 * @param body text for people
 * @param retryAfterSeconds when to come again; 0 says nothing about it
 */
record HttpReply(int status, String body, int retryAfterSeconds) {
  static HttpReply of(Refusal refusal) {
    return new HttpReply(refusal.status(), refusal.text(), refusal.status() == 503 ? 5 : 0);
  }

  ByteBuf encode() {
    byte[] text = body.isEmpty() ? new byte[0] : (body + "\n").getBytes(StandardCharsets.UTF_8);
    String head = "HTTP/1.1 " + HttpResponseStatus.valueOf(status) + "\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\n"
        + "Content-Length: " + text.length + "\r\n"
        + (retryAfterSeconds == 0 ? "" : "Retry-After: " + retryAfterSeconds + "\r\n")
        + "Connection: close\r\n\r\n";
    return Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), text);
  }

  /** Sends it from the place of that handler on; whatever still comes in must be thrown away. */
  void send(ChannelHandlerContext ctx) {
    Farewell.after(ctx.writeAndFlush(encode()));
  }

  /** Sends it on a channel without handlers. */
  void send(Channel channel) {
    Farewell.after(channel.writeAndFlush(encode()));
  }
}
