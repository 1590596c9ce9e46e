package dev.twine.node.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.identity.NodeId;
import dev.twine.node.text.Json;

/**
 * The account of one node of a sandbox.
 *
 * @param expected what all others sent
 * @param received distinct ones of these that its handler got
 * @param duplicates runs of its handler beyond the first
 * @param filtered copies that its filter stopped
 * @param dropped messages that its peers should have got and did not
 * @param p50Millis from broadcast to handler; NaN if it got nothing
 * @param p99Millis the same for all but the slowest hundredth
 */
public record NodeResult(
    String name,
    NodeId nodeId,
    String mode,
    int sent,
    int expected,
    int received,
    int duplicates,
    long filtered,
    long dropped,
    double p50Millis,
    double p99Millis) {
  ObjectNode json() {
    ObjectNode json = Json.object()
        .put("name", name)
        .put("nodeId", nodeId.toString())
        .put("mode", mode)
        .put("sent", sent)
        .put("expected", expected)
        .put("received", received)
        .put("duplicates", duplicates)
        .put("filtered", filtered)
        .put("dropped", dropped);
    Json.putMillis(json, "p50Millis", p50Millis);
    return Json.putMillis(json, "p99Millis", p99Millis);
  }
}
