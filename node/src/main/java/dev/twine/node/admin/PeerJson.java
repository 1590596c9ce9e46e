package dev.twine.node.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.network.PeerInfo;
import dev.twine.node.text.Json;
import java.util.Locale;

/** One entry of {@code twine peers}. */
final class PeerJson {
  private PeerJson() {}

  static ObjectNode of(PeerInfo peer) {
    ObjectNode json = Json.object()
        .put("session", peer.session().toString())
        .put("nodeId", peer.nodeId() == null ? null : peer.nodeId().toString())
        .put("transport", peer.transport().label())
        .put("direction", label(peer.direction()))
        .put("address", peer.address())
        .put("agent", peer.agent())
        .put("state", label(peer.state()));
    return Json.putMillis(json, "rttMillis", peer.rttMillis())
        .put("priorityQueue", peer.priorityQueue())
        .put("bulkQueue", peer.bulkQueue())
        .put("queuedBytes", peer.queuedBytes())
        .put("dropped", peer.dropped())
        .put("sentBytes", peer.sentBytes())
        .put("receivedBytes", peer.receivedBytes());
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
