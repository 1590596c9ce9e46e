package dev.twine.node.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.TransportKind;
import dev.twine.node.text.Json;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node with what its administration says of it.
 *
 * @param node the node, started
 * @param key signs what {@code message.send} writes in this node's name
 * @param mode as in the configuration: {@code ws}, {@code p2p} or {@code hybrid}
 * @param version of Twine
 * @param awaitsPeers whether it was told to stay connected with somebody
 * @param authorsChecked whether it refuses forged authors by itself, so that who it names need not be
 *     checked again
 * @param startedNanos when, on the clock of {@link System#nanoTime}
 */
public record ManagedNode(
    GossipNode node,
    NodeKey key,
    String mode,
    String version,
    boolean awaitsPeers,
    boolean authorsChecked,
    long startedNanos) {
  /** Node ID, listeners and admin address: what the ports file and {@code twine id} have in common. */
  public ObjectNode addresses(String admin) {
    ObjectNode json = Json.object().put("nodeId", node.nodeId().toString());
    return putAddresses(json, admin);
  }

  /** The document of {@code twine id}. */
  ObjectNode describe(String admin) {
    ObjectNode json = Json.object()
        .put("nodeId", node.nodeId().toString())
        .put("networkId", node.networkId())
        .put("mode", mode);
    putAddresses(json, admin).put("version", version);
    long uptime = Duration.ofNanos(System.nanoTime() - startedNanos).toMillis();
    return json.put("uptimeMillis", uptime);
  }

  /** Where WebSocket peers reach it, as {@code host:port}; null for a client. */
  public @Nullable String ws() {
    return of(TransportKind.WS).stream().map(Address::hostAndPort).findFirst().orElse(null);
  }

  /** Where libp2p peers reach it, as multiaddrs with its ID; none for a client. */
  public List<Address> p2p() {
    return of(TransportKind.P2P);
  }

  private ObjectNode putAddresses(ObjectNode json, String admin) {
    json.put("ws", ws());
    ArrayNode p2p = json.putArray("p2p");
    p2p().forEach(address -> p2p.add(address.toString()));
    return json.put("admin", admin);
  }

  private List<Address> of(TransportKind transport) {
    return node.addresses().stream()
        .filter(address -> address.transport() == transport)
        .toList();
  }
}
