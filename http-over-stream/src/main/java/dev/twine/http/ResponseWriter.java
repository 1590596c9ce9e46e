package dev.twine.http;

import dev.twine.network.ServiceResponse;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The response of one exchange, written by its service thread.
 *
 * <p>How it ends decides about the connection: kept, closed after the last byte, or broken off.
 */
final class ResponseWriter implements ServiceResponse {
  private final HttpRequest request;
  private final Outgoing outgoing;
  /** Called on the event loop when the last byte is out. */
  private final Runnable whenSent;

  /** Whether the caller still waits to be asked for its body, which then never comes. */
  private final BooleanSupplier withheld;

  private final HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
  private int status = HttpResponseStatus.OK.code();
  private volatile boolean keepAlive;
  private volatile boolean committed;
  private @Nullable ResponseStream stream;

  ResponseWriter(
      HttpRequest request, Outgoing outgoing, BooleanSupplier withheld, Runnable whenSent) {
    this.withheld = withheld;
    this.request = request;
    this.outgoing = outgoing;
    this.whenSent = whenSent;
    this.keepAlive = HttpUtil.isKeepAlive(request);
  }

  @Override
  public ServiceResponse status(int code) {
    requireOpen();
    if (code < 200 || code > 599) {
      throw new IllegalArgumentException("a final status is 200 to 599, not " + code);
    }
    status = code;
    return this;
  }

  @Override
  public ServiceResponse header(String name, String value) {
    requireOpen();
    HeaderRules.require(name, value);
    if (HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
      if (!value.matches("[0-9]{1,18}")) {
        throw new IllegalArgumentException("Content-Length is a number, not " + value);
      }
      headers.set(name, value);
    } else {
      headers.add(name, value);
    }
    return this;
  }

  @Override
  public OutputStream body() throws IOException {
    if (stream != null) {
      return stream;
    }
    requireOpen();
    commit();
    long length = HttpUtil.isContentLengthSet(message()) ? lengthHeader() : -1;
    boolean hidden = hasNoBody();
    boolean chunked = length < 0 && !hidden && isHttp11();
    keepAlive = keepAlive && (length >= 0 || hidden || chunked);
    HttpResponse head = message();
    if (chunked) {
      head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    stream = new ResponseStream(this, length, hidden);
    outgoing.send(head, 256, () -> {});
    return stream;
  }

  @Override
  public void send(byte[] body) throws IOException {
    requireOpen();
    commit();
    var full = new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1,
        HttpResponseStatus.valueOf(status),
        hasNoBody() ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body.clone()),
        headers,
        DefaultHttpHeadersFactory.trailersFactory().newHeaders());
    if (status != HttpResponseStatus.NO_CONTENT.code()
        && status != HttpResponseStatus.NOT_MODIFIED.code()) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    HttpUtil.setKeepAlive(full.headers(), request.protocolVersion(), keepAlive);
    outgoing.send(full, 256 + body.length, whenSent);
  }

  @Override
  public void send(String text) throws IOException {
    if (!headers.contains(HttpHeaderNames.CONTENT_TYPE)) {
      header("Content-Type", "text/plain; charset=utf-8");
    }
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  boolean isCommitted() {
    return committed;
  }

  /** Any thread, once the response is out. */
  boolean keepsConnection() {
    return keepAlive;
  }

  /** Says nothing but the reason, and ends the connection. */
  void fail(Refusal reason) throws IOException {
    headers.clear();
    status = reason.status().code();
    keepAlive = false;
    send(reason.text() + "\n");
  }

  /** Completes what the service left open. */
  void finish() throws IOException {
    if (stream != null) {
      stream.close();
    } else if (!committed) {
      send(new byte[0]);
    }
  }

  /** For {@link ResponseStream}: part of the body, given away. */
  void part(byte[] bytes, int length) throws IOException {
    var content = new DefaultHttpContent(Unpooled.copiedBuffer(bytes, 0, length));
    outgoing.send(content, length, () -> {});
  }

  /** For {@link ResponseStream}: the end of the body. */
  void last() throws IOException {
    outgoing.send(LastHttpContent.EMPTY_LAST_CONTENT, 1, whenSent);
  }

  private void commit() {
    committed = true;
    keepAlive = keepAlive && !withheld.getAsBoolean();
  }

  private HttpResponse message() {
    var head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), headers);
    HttpUtil.setKeepAlive(head.headers(), request.protocolVersion(), keepAlive);
    return head;
  }

  private long lengthHeader() {
    return Long.parseLong(headers.get(HttpHeaderNames.CONTENT_LENGTH));
  }

  private boolean isHttp11() {
    return request.protocolVersion().equals(HttpVersion.HTTP_1_1);
  }

  private boolean hasNoBody() {
    return request.method().equals(HttpMethod.HEAD)
        || status == HttpResponseStatus.NO_CONTENT.code()
        || status == HttpResponseStatus.NOT_MODIFIED.code();
  }

  private void requireOpen() {
    if (committed) {
      throw new IllegalStateException("the head of this response is out");
    }
  }
}
