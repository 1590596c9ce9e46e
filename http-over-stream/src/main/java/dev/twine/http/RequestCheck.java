package dev.twine.http;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges the head of a request as soon as it is decoded, before anything of its body is read. */
final class RequestCheck {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");

  /** What the Allow header of a 405 says. */
  static final String ALLOWED = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS";

  private RequestCheck() {}

  /** Why it is refused, or null. */
  static @Nullable Refusal check(HttpRequest request, ServiceLimits limits) {
    Throwable cause = request.decoderResult().cause();
    if (cause != null) {
      return ofDecoder(cause);
    }
    if (!request.uri().startsWith("/")) {
      return Refusal.BAD_REQUEST;
    }
    HttpVersion version = request.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      return Refusal.VERSION;
    }
    Refusal reason = checkHeaders(request, limits);
    if (reason == null && !METHODS.contains(request.method().name())) {
      return Refusal.METHOD;
    }
    return reason;
  }

  /** Whether the connection can no longer be trusted to be at the begin of a request. */
  static boolean endsConnection(Refusal reason) {
    return switch (reason) {
      case BAD_REQUEST, LINE_TOO_LONG, HEADERS_TOO_LARGE, VERSION, EXPECTATION -> true;
      default -> false;
    };
  }

  static boolean hasBody(HttpRequest request) {
    return HttpUtil.isTransferEncodingChunked(request)
        || HttpUtil.getContentLength(request, 0L) > 0;
  }

  private static Refusal ofDecoder(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Refusal.LINE_TOO_LONG;
    }
    return cause instanceof TooLongFrameException ? Refusal.HEADERS_TOO_LARGE : Refusal.BAD_REQUEST;
  }

  private static @Nullable Refusal checkHeaders(HttpRequest request, ServiceLimits limits) {
    HttpHeaders headers = request.headers();
    if (headers.size() > limits.head().headers()) {
      return Refusal.HEADERS_TOO_LARGE;
    }
    if (isAmbiguous(request, headers)) {
      return Refusal.BAD_REQUEST;
    }
    String expectation = headers.get(HttpHeaderNames.EXPECT);
    if (expectation != null && !HttpUtil.is100ContinueExpected(request)) {
      return Refusal.EXPECTATION;
    }
    for (String encoding : headers.getAll(HttpHeaderNames.CONTENT_ENCODING)) {
      if (!encoding.equalsIgnoreCase("identity")) {
        return Refusal.ENCODING;
      }
    }
    return HttpUtil.getContentLength(request, 0L) > limits.body().bytes()
        ? Refusal.BODY_TOO_LARGE
        : null;
  }

  private static boolean isAmbiguous(HttpRequest request, HttpHeaders headers) {
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    boolean hostMissing = request.protocolVersion().equals(HttpVersion.HTTP_1_1) && hosts.isEmpty();
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    boolean oddCoding =
        !codings.isEmpty() && (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked"));
    boolean oddHost = hosts.size() > 1 || (hosts.size() == 1 && !isHost(hosts.get(0)));
    // The draft of 2010 put eight bytes behind a GET that no header announces; the decoder reads
    // it.
    boolean drafted =
        headers.contains("Sec-WebSocket-Key1") || headers.contains("Sec-WebSocket-Key2");
    return hostMissing || oddHost || oddCoding || drafted;
  }

  private static boolean isHost(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c <= ' ' || c > '~' || "/\\@?#,\"<>".indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }
}
