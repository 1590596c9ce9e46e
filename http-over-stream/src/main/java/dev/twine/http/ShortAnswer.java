package dev.twine.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.TimeUnit;

/** Whole responses that the event loop gives by itself. They name no version and show no stack. */
final class ShortAnswer {
  private ShortAnswer() {}

  static FullHttpResponse of(HttpRequest request, Decision.Refuse refused, boolean keepAlive) {
    Refusal reason = refused.reason();
    var answer = ImmediateAnswer.text(reason.status().code(), reason.text() + "\n");
    FullHttpResponse response = of(request, answer, keepAlive);
    if (refused.waitNanos() > 0) {
      // Whole seconds, rounded up: who comes back by this header is not refused again.
      long seconds =
          TimeUnit.NANOSECONDS.toSeconds(refused.waitNanos() + TimeUnit.SECONDS.toNanos(1) - 1);
      response.headers().set(HttpHeaderNames.RETRY_AFTER, Math.max(1, seconds));
    }
    if (reason == Refusal.METHOD) {
      response.headers().set(HttpHeaderNames.ALLOW, RequestCheck.ALLOWED);
    }
    return response;
  }

  static FullHttpResponse of(HttpRequest request, ImmediateAnswer answer, boolean keepAlive) {
    boolean isHead = request.method().equals(HttpMethod.HEAD);
    var response = new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1,
        HttpResponseStatus.valueOf(answer.status()),
        isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
        .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
    HttpUtil.setKeepAlive(response.headers(), request.protocolVersion(), keepAlive);
    return response;
  }

  static FullHttpResponse goOn() {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
  }
}
