package dev.twine.ws;

import dev.twine.gossip.LocalNode;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The request of the gossip upgrade, and the judgement of its answer. Does no I/O. */
final class ClientHandshake {
  private static final int KEY_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final LocalNode local;
  private final Address address;
  private final String key;

  ClientHandshake(LocalNode local, Address address) {
    this.local = local;
    this.address = address;
    byte[] bytes = new byte[KEY_BYTES];
    RANDOM.nextBytes(bytes);
    this.key = Base64.getEncoder().encodeToString(bytes);
  }

  FullHttpRequest request(Hello hello) {
    String path = ServerHandshake.path(local.networkId());
    var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
    HttpHeaders headers = request.headers();
    headers.set(HttpHeaderNames.HOST, address.hostAndPort());
    headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    headers.set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
    headers.set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key);
    headers.set(HttpHeaderNames.USER_AGENT, hello.agent());
    hello.write(headers);
    return request;
  }

  /** Judges the WebSocket side of a 101. Null if it holds. */
  @Nullable
  TwineException webSocket(HttpHeaders headers) {
    boolean upgraded =
        headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
            && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
            && ServerHandshake.accept(key)
                .equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, "").trim());
    if (!upgraded) {
      return DialStep.UPGRADE.refused("the answer is no WebSocket upgrade", address);
    }
    if (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)
        || headers.contains(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
      return DialStep.UPGRADE.refused("the peer insists on a WebSocket extension", address);
    }
    return null;
  }

  /** Judges the gossip side of a 101, in go-algorand's order. Null if it holds. */
  @Nullable
  TwineException gossip(Hello theirs) {
    if (theirs.match() == null) {
      return DialStep.UPGRADE.refused(
          Code.REFUSED,
          "no common version of the gossip protocol",
          address,
          "this node speaks " + GossipHeaders.PROTOCOL + ": dial a peer that does too");
    }
    if (theirs.random().isEmpty()) {
      return DialStep.UPGRADE.refused(
          Code.REFUSED,
          "no header " + GossipHeaders.NODE_RANDOM,
          address,
          "dial a node that speaks the gossip protocol");
    }
    if (MessageDigest.isEqual(theirs.randomBytes(), local.nodeRandom())) {
      return self();
    }
    return theirs.genesis().equals(local.networkId()) ? null : otherNetwork();
  }

  /** What a status other than 101 means. */
  TwineException refusal(int status, byte[] body, int retryAfterSeconds) {
    if (status == 412 && mentions(body, "genesis")) {
      return otherNetwork();
    }
    if (status == 508) {
      return self();
    }
    return DialStep.UPGRADE.refused(
        Code.REFUSED, "refused with status " + status, address, remedy(status, retryAfterSeconds));
  }

  private static String remedy(int status, int retryAfterSeconds) {
    return switch (status) {
      case 404 -> "check the network ID, and that the peer offers gossip";
      case 412 -> "check that the peer speaks version " + GossipHeaders.PROTOCOL;
      case 429, 503 ->
        retryAfterSeconds > 0
            ? "the peer has no room: try again in " + retryAfterSeconds + " s"
            : "the peer has no room: try again later";
      default -> "check that a gossip node listens there";
    };
  }

  private TwineException otherNetwork() {
    return DialStep.UPGRADE.refused(
        Code.NETWORK_MISMATCH,
        "the peer is of another network than " + local.networkId(),
        address,
        "dial a peer of this network, or start this node with that peer's network ID");
  }

  private TwineException self() {
    return DialStep.UPGRADE.refused(
        Code.SELF, "this node dialled itself", address, "remove its own address from the peers");
  }

  private static boolean mentions(byte[] body, String word) {
    byte[] wanted = word.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    for (int i = 0; i + wanted.length <= body.length; i++) {
      if (Arrays.equals(body, i, i + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }
}
