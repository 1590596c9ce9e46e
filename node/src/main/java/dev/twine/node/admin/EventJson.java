package dev.twine.node.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.network.NodeEvent;
import dev.twine.node.text.Json;

/** One event of a node, as it goes out. */
final class EventJson {
  private EventJson() {}

  static ObjectNode of(NodeEvent event) {
    ObjectNode json = Json.object().put("at", event.at().toString());
    if (event instanceof NodeEvent.SessionOpened opened) {
      return json.put("type", "session-opened").set("peer", PeerJson.of(opened.peer()));
    }
    if (event instanceof NodeEvent.PeerIdentified known) {
      return json.put("type", "peer-identified").set("peer", PeerJson.of(known.peer()));
    }
    if (event instanceof NodeEvent.SessionClosed closed) {
      json.put("type", "session-closed").put("reason", closed.reason());
      return json.set("peer", PeerJson.of(closed.peer()));
    }
    if (event instanceof NodeEvent.DialFailed failed) {
      return json.put("type", "dial-failed")
          .put("address", failed.address().toString())
          .put("reason", failed.reason())
          .put("retryInMillis", failed.retryInMillis());
    }
    if (event instanceof NodeEvent.Warning warning) {
      return json.put("type", "warning").put("text", warning.text());
    }
    var refused = (NodeEvent.SessionRefused) event;
    return json.put("type", "session-refused")
        .put("address", refused.address())
        .put("reason", refused.reason());
  }
}
