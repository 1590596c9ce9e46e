package dev.twine.ws;

import dev.twine.gossip.LocalNode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Judges a request for the gossip upgrade, in the order in which go-algorand does. */
final class ServerHandshake {
  private static final String PREFIX = "/v1/";
  private static final String SUFFIX = "/gossip";
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;
  /** go-algorand's cap on the header block of a request. */
  private static final int MAX_HEADER_BYTES = 4_096;
  /** Colon, space and line end. */
  private static final int LINE_OVERHEAD = 4;

  private ServerHandshake() {}

  /** The path of the gossip upgrade of a network. */
  static String path(String networkId) {
    return PREFIX + PercentEncoding.encode(networkId) + SUFFIX;
  }

  /** The decoded network ID of a gossip path; null if the path is another. */
  static @Nullable String networkId(String uri) {
    int query = uri.indexOf('?');
    String path = query < 0 ? uri : uri.substring(0, query);
    if (!path.startsWith(PREFIX)
        || !path.endsWith(SUFFIX)
        || path.length() < PREFIX.length() + SUFFIX.length()) {
      return null;
    }
    String segment = path.substring(PREFIX.length(), path.length() - SUFFIX.length());
    if (segment.indexOf('/') >= 0) {
      return null;
    }
    try {
      return QueryStringDecoder.decodeComponent(segment.replace("+", "%2B"));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The check of the header block, which is smaller than that of other requests. */
  static @Nullable Refusal size(HttpHeaders headers) {
    int bytes = 0;
    for (Map.Entry<String, String> header : headers) {
      bytes += header.getKey().length() + header.getValue().length() + LINE_OVERHEAD;
    }
    return bytes > MAX_HEADER_BYTES ? new Refusal(431, "", "header-size") : null;
  }

  /** The checks of the gossip protocol: version, network, node random. Null if all hold. */
  static @Nullable Refusal gossip(String networkId, Hello hello, LocalNode local) {
    if (hello.match() == null) {
      String text = "no common version, supported: " + GossipHeaders.PROTOCOL;
      return new Refusal(412, text, "version");
    }
    if (networkId.isEmpty()) {
      return new Refusal(404, "", "network");
    }
    if (!networkId.equals(local.networkId())) {
      return new Refusal(412, "mismatching genesis ID", "network");
    }
    if (hello.random().isEmpty()) {
      return new Refusal(412, "missing header " + GossipHeaders.NODE_RANDOM, "node-random");
    }
    if (MessageDigest.isEqual(hello.randomBytes(), local.nodeRandom())) {
      return new Refusal(508, "this node dialled itself", "self");
    }
    return null;
  }

  /** The checks of RFC 6455 section 4.2.1. Null if all hold. */
  static @Nullable Refusal webSocket(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (!request.method().equals(HttpMethod.GET)) {
      return new Refusal(405, "the upgrade is a GET", "upgrade");
    }
    if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return new Refusal(400, "the upgrade is of HTTP/1.1", "upgrade");
    }
    if (!headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
        || !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)) {
      return new Refusal(400, "not a WebSocket upgrade", "upgrade");
    }
    if (!"13".equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
      return new Refusal(400, "WebSocket version 13 only", "upgrade");
    }
    if (!isKey(headers)) {
      return new Refusal(400, "Sec-WebSocket-Key is not 16 bytes of base64", "upgrade");
    }
    if (HttpUtil.isTransferEncodingChunked(request)
        || HttpUtil.getContentLength(request, 0L) != 0) {
      return new Refusal(400, "the upgrade has no body", "upgrade");
    }
    return isForeign(headers) ? new Refusal(403, "foreign origin", "origin") : null;
  }

  private static boolean isKey(HttpHeaders headers) {
    if (headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY).size() != 1) {
      return false;
    }
    try {
      String key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "").trim();
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** An origin means a browser; its page must come from this very host. */
  private static boolean isForeign(HttpHeaders headers) {
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    if (origin == null) {
      return false;
    }
    try {
      String authority = URI.create(origin).getRawAuthority();
      String host = headers.get(HttpHeaderNames.HOST, "");
      return authority == null || !authority.equalsIgnoreCase(host);
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  /** The value of Sec-WebSocket-Accept for a key, RFC 6455 section 4.2.2. */
  static String accept(String key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      byte[] digest = sha1.digest((key.trim() + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
