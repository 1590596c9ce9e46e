package dev.twine.libp2p.core.transport;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The HTTP of a WebSocket handshake, RFC 6455 section 4, without extensions. Does no I/O. */
final class WsUpgrade {
  private static final String VERSION = "13";
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;

  /** More than any browser sends. */
  private static final int MAX_LINE = 4096;

  private static final int MAX_HEADERS = 8192;

  private WsUpgrade() {}

  static HttpDecoderConfig decoder() {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(MAX_LINE)
        .setMaxHeaderSize(MAX_HEADERS)
        .setStrictLineParsing(true)
        .setUseRfc9112TransferEncoding(true);
  }

  static String newKey() {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  static FullHttpRequest request(StreamAddress address, String key) {
    var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, address.path());
    String host = address.family().equals("ip6") ? "[" + address.host() + "]" : address.host();
    if (address.sni() != null) {
      // What TLS was asked for, or a proxy in front of several hosts looks for another one.
      host = address.sni();
    }
    request
        .headers()
        .set(HttpHeaderNames.HOST, host + ":" + address.port())
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION)
        .set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key);
    return request;
  }

  /** What is wrong with the answer, or null. */
  static @Nullable String judge(HttpResponse answer, String key) {
    if (!answer.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      return "status " + answer.status().code();
    }
    if (!asks(answer.headers())
        || !accept(key).equals(answer.headers().get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT))) {
      return "no WebSocket upgrade";
    }
    return answer.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)
        ? "an extension that was not asked for"
        : null;
  }

  /** The answer to a request for an upgrade on that path; status 101 if it may go on. */
  static FullHttpResponse answer(HttpRequest request, String path) {
    HttpHeaders headers = request.headers();
    if (request.decoderResult().isFailure() || !request.method().equals(HttpMethod.GET)) {
      return refusal(HttpResponseStatus.BAD_REQUEST);
    }
    if (!path(request.uri()).equals(path)) {
      return refusal(HttpResponseStatus.NOT_FOUND);
    }
    String key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "");
    if (!asks(headers) || !VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
      FullHttpResponse refusal = refusal(HttpResponseStatus.UPGRADE_REQUIRED);
      refusal
          .headers()
          .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
          .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
      return refusal;
    }
    if (!isKey(key)) {
      return refusal(HttpResponseStatus.BAD_REQUEST);
    }
    var answer =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
    answer
        .headers()
        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
        .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept(key));
    return answer;
  }

  private static FullHttpResponse refusal(HttpResponseStatus status) {
    var refusal = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
    refusal
        .headers()
        .setInt(HttpHeaderNames.CONTENT_LENGTH, 0)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return refusal;
  }

  private static boolean asks(HttpHeaders headers) {
    return headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
  }

  private static String path(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  /** RFC 6455 asks for SHA-1, as a check of understanding and not for safety. */
  private static String accept(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1")
          .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-1", missing);
    }
  }
}
