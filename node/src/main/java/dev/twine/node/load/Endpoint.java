package dev.twine.node.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.identity.NodeId;
import dev.twine.node.text.Json;
import java.util.Optional;

/**
 * One way for receivers to reach a server.
 *
 * @param nodeId who listens there; empty if the wire does not ask for it
 */
record Endpoint(SinkWire wire, String host, int port, Optional<NodeId> nodeId) {
  ObjectNode json() {
    return Json.object()
        .put("wire", wire.name())
        .put("host", host)
        .put("port", port)
        .put("nodeId", nodeId.map(NodeId::toString).orElse(null));
  }

  static Endpoint of(JsonNode json) {
    Optional<NodeId> nodeId =
        Optional.ofNullable(json.path("nodeId").textValue()).map(NodeId::parse);
    return new Endpoint(
        SinkWire.valueOf(json.path("wire").asText()),
        json.path("host").asText(),
        json.path("port").asInt(),
        nodeId);
  }

  /** As libp2p writes it. */
  String multiaddr() {
    return "/ip4/" + host + "/tcp/" + port;
  }
}
