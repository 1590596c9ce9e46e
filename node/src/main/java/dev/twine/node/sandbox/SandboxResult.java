package dev.twine.node.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import dev.twine.node.text.TextTable;
import java.util.List;

/**
 * The accounts of all nodes.
 *
 * @param nodes in their order in the ring
 */
public record SandboxResult(List<NodeResult> nodes) {
  public SandboxResult {
    nodes = List.copyOf(nodes);
  }

  /** Messages that some node should have got and did not. */
  public int lost() {
    return nodes.stream().mapToInt(node -> node.expected() - node.received()).sum();
  }

  /** Handler runs beyond the first, of all nodes. */
  public int duplicates() {
    return nodes.stream().mapToInt(NodeResult::duplicates).sum();
  }

  /** The document of {@code twine sandbox}. */
  public ObjectNode json() {
    ObjectNode json = Json.object();
    ArrayNode array = json.putArray("nodes");
    nodes.forEach(node -> array.add(node.json()));
    return json.put("lost", lost());
  }

  /** The same for people, in the 80 columns of a small terminal. */
  public String text() {
    return text(Integer.MAX_VALUE);
  }

  /** The same with at most that many lines for nodes, of which the last counts those left out. */
  public String text(int lines) {
    int shown = nodes.size() <= lines ? nodes.size() : Math.max(0, lines - 1);
    var table = new TextTable(
        "NODE", "ID", "MODE", "SENT", "EXPECT", "GOT", "FILTERED", "DROP", "P50 MS", "P99 MS");
    for (NodeResult node : nodes.subList(0, shown)) {
      table.row(
          node.name(),
          node.nodeId().last8(),
          node.mode(),
          node.sent(),
          node.expected(),
          node.received(),
          node.filtered(),
          node.dropped(),
          millis(node.p50Millis()),
          millis(node.p99Millis()));
    }
    String more = shown == nodes.size() ? "" : "\n+" + (nodes.size() - shown) + " more";
    return table + more + "\nlost " + lost() + ", duplicates " + duplicates();
  }

  static String millis(double millis) {
    return Double.isNaN(millis) ? "-" : String.format("%.2f", millis);
  }
}
