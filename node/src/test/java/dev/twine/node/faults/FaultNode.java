package dev.twine.node.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Loops;
import dev.twine.gossip.MeshConfig;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.Lane;
import dev.twine.network.Message;
import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.network.TransportKind;
import dev.twine.node.config.DataDirectory;
import dev.twine.node.config.Mode;
import dev.twine.node.config.NodeFactory;
import dev.twine.node.text.Json;
import dev.twine.p2p.P2pConfig;
import dev.twine.ws.WsConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.CRC32C;

/** One life of a node under faults: it writes down what it sends, what it handles and whom it meets. */
final class FaultNode {
  private static final Tag BULK = Tag.of("fb");
  private static final Tag PRIORITY = Tag.of("fp");

  /** One message of so many has priority. */
  private static final int PRIORITY_SHARE = 5;

  private static final int HEADER = 16;
  private static final int MAX_FILLING = 1008;

  private final int origin;
  private final GossipNode node;
  private final Journal sent;
  private final Journal handled;
  private final Random random;

  /** The latest time at which a message of bulk was sent that came from there. */
  private final Map<Integer, Long> heard = new ConcurrentHashMap<>();

  private final LongAdder count = new LongAdder();
  private volatile int sequence;

  FaultNode(JsonNode told, Path directory, Loops loops) throws IOException {
    origin = told.path("origin").asInt();
    random = new Random(origin);
    Path data = directory.resolve("data-" + Life.node(origin));
    node = create(told, data, loops);
    sent = Journal.create(directory.resolve("sent-" + origin));
    handled = Journal.create(directory.resolve("handled-" + origin));
    var events =
        new PrintStream(directory.resolve("events-" + origin).toFile(), StandardCharsets.UTF_8);
    node.observe(events::println);
    node.handle(BULK, message -> heard(receive(message), message));
    node.handle(PRIORITY, this::receive);
    node.start();
  }

  private static GossipNode create(JsonNode told, Path data, Loops loops) {
    var phonebook = new ArrayList<Address>();
    told.path("phonebook").forEach(address -> phonebook.add(Address.parse(address.asText())));
    DataDirectory directory = DataDirectory.open(data);
    GossipConfig gossip = GossipConfig.of(directory.key(), "faults")
        .withTags(List.of(
            TagSpec.of(BULK.toString()), TagSpec.of(PRIORITY.toString()).withLane(Lane.PRIORITY)))
        .withMesh(MeshConfig.defaults().withPhonebook(phonebook))
        .withDiscovery(Discovery.defaults().withPeerstore(data.resolve("peers")))
        .withLoops(loops);
    return NodeFactory.create(
        Mode.parse(told.path("mode").asText()),
        gossip,
        () -> WsConfig.client().withListen(Address.parse(told.path("ws").asText())),
        () -> P2pConfig.listening(told.path("p2p").asText()));
  }

  /** For one thread. */
  void send() {
    byte[] payload = new byte[HEADER + random.nextInt(MAX_FILLING)];
    random.nextBytes(payload);
    int number = sequence;
    long now = System.currentTimeMillis();
    ByteBuffer.wrap(payload).putInt(origin).putInt(number).putLong(now);
    // First, so that nothing is on its way that was not written down.
    sent.add(new Journal.Entry(origin, number, sum(payload), now));
    Tag tag = hasPriority(number) ? PRIORITY : BULK;
    if (!node.broadcast(tag, payload).accepted()) {
      sent.add(new Journal.Entry(origin, number, 0, Journal.Entry.REFUSED));
    }
    sequence = number + 1;
  }

  static boolean hasPriority(int sequence) {
    return sequence % PRIORITY_SHARE == 0;
  }

  private int receive(Message message) {
    ByteBuffer payload = ByteBuffer.wrap(message.payload());
    int from = payload.getInt();
    int number = payload.getInt();
    handled.add(
        new Journal.Entry(from, number, sum(message.payload()), System.currentTimeMillis()));
    count.increment();
    return from;
  }

  /** By bulk only: priority gets through where bulk still waits. */
  private void heard(int from, Message message) {
    long sentAt = ByteBuffer.wrap(message.payload()).getLong(Long.BYTES);
    heard.merge(from, sentAt, Math::max);
  }

  private static int sum(byte[] payload) {
    var sum = new CRC32C();
    sum.update(payload);
    return (int) sum.getValue();
  }

  /** Who it is, whom it knows, whom it has heard, and what it has dropped. */
  ObjectNode status() {
    ObjectNode status = Json.object()
        .put("origin", origin)
        .put("id", node.nodeId().toString())
        .put("sent", sequence)
        .put("handled", count.sum());
    for (Address address : node.addresses()) {
      status.put(address.transport() == TransportKind.WS ? "ws" : "p2p", address.toString());
    }
    ObjectNode last = status.putObject("heard");
    heard.forEach((from, millis) -> last.put(Integer.toString(from), millis));
    ObjectNode dropped = status.putObject("dropped");
    node.metrics().stream()
        .filter(metric -> metric.name().equals("twine_peer_drops_total"))
        .forEach(metric -> dropped.put(metric.labels().get("reason"), (long) metric.value()));
    var peers = status.putArray("peers");
    node.peers()
        .list()
        .forEach(peer -> peers.add(Json.object()
            .put("id", String.valueOf(peer.nodeId()))
            .put("state", peer.state().name())
            .put("waiting", peer.bulkQueue() + peer.priorityQueue())));
    return status;
  }
}
