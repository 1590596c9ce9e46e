package dev.twine.node.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerRef;
import dev.twine.network.Peers;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Json;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The calls about peers. */
final class PeerMethods {
  /** The contract of {@code twine peers connect}. */
  static final Duration CONNECT_DEADLINE = Duration.ofSeconds(15);

  private static final Duration PING_DEADLINE = Duration.ofSeconds(5);
  /** What a node may add to a deadline of its own before the call is given up. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final int MAX_PINGS = 1_000;
  private static final int DEFAULT_PINGS = 3;

  private final Peers peers;

  PeerMethods(Peers peers) {
    this.peers = peers;
  }

  Map<String, RpcMethod> all() {
    return Map.of(
        "peers.list", (params, gone) -> list(),
        "peers.connect", (params, gone) -> connect(params),
        "peers.disconnect", (params, gone) -> disconnect(params),
        "ping", this::ping);
  }

  private JsonNode list() {
    ArrayNode list = Json.array();
    peers.list().forEach(peer -> list.add(PeerJson.of(peer)));
    return list;
  }

  private JsonNode connect(Params params) throws InterruptedException {
    Address address = Address.parse(params.text("address"));
    PeerInfo peer = await(
        peers.connect(address, CONNECT_DEADLINE), CONNECT_DEADLINE, "connect: no answer", address);
    return Json.object()
        .put("nodeId", peer.nodeId() == null ? null : peer.nodeId().toString())
        .put("session", peer.session().toString());
  }

  private JsonNode disconnect(Params params) {
    PeerRef peer = params.peer("peer");
    NodeId nodeId = nodeId(peer);
    if (!peers.disconnect(peer)) {
      throw noSuchPeer(peer);
    }
    return Json.object()
        .put("nodeId", nodeId == null ? null : nodeId.toString())
        .put("disconnected", true);
  }

  private JsonNode ping(Params params, BooleanSupplier gone) throws InterruptedException {
    PeerRef peer = params.peer("peer");
    long count = params.number("count", DEFAULT_PINGS, 1, MAX_PINGS);
    NodeId nodeId = nodeId(peer);
    ObjectNode result = Json.object().put("nodeId", nodeId == null ? null : nodeId.toString());
    ArrayNode times = result.putArray("rttMillis");
    for (long i = 0; i < count && !gone.getAsBoolean(); i++) {
      Duration time =
          await(peers.ping(peer, PING_DEADLINE), PING_DEADLINE, "ping: no answer", peer);
      times.add(Math.round(time.toNanos() / 1_000.0) / 1_000.0);
    }
    return result;
  }

  private @Nullable NodeId nodeId(PeerRef peer) {
    if (peer instanceof PeerRef.Node node) {
      return node.id();
    }
    return peers.list().stream()
        .filter(info -> info.session().equals(peer))
        .findFirst()
        .orElseThrow(() -> noSuchPeer(peer))
        .nodeId();
  }

  static TwineException noSuchPeer(PeerRef peer) {
    return new TwineException(
        Code.NO_SUCH_PEER, "no session with that peer", peer.toString(), "see twine peers");
  }

  private static <T> T await(
      CompletableFuture<T> future, Duration deadline, String late, Object value)
      throws InterruptedException {
    try {
      return future.get(deadline.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TwineException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      future.cancel(true);
      throw new TwineException(Code.TIMEOUT, late, value.toString(), "see whether it is up", e);
    }
  }
}
