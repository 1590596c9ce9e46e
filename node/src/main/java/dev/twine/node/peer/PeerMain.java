package dev.twine.node.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.child.Footprint;
import dev.twine.node.child.Lines;
import dev.twine.node.text.Json;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Twine's peer in the stream benchmark: the commands of the peers under {@code interop} that it
 * needs. Its only argument is a JSON object with {@code transport} and {@code security}; security
 * {@code none} means sockets without libp2p.
 */
public final class PeerMain implements Lines.Command {
  private static final long DEFAULT_MILLIS = 20_000;

  private final Network network;
  private final String security;
  private final LongSupplier nanoClock = System::nanoTime;

  private PeerMain(Network network, String security) {
    this.network = network;
    this.security = security;
  }

  /** Runs until standard input ends. */
  public static void main(String[] args) {
    JsonNode options = Json.parse(args[0].getBytes(StandardCharsets.UTF_8));
    String security = options.path("security").asText();
    Network network = security.equals("none")
        ? new TcpNetwork()
        : new Libp2pNetwork(options.path("transport").asText(), security);
    Lines.serve(Json.object().put("peer", network.id()), new PeerMain(network, security));
  }

  /** What is raised for a load that no single peer makes in earnest; no check is off. */
  public static Map<String, String> raised() {
    return Map.of(
        "connections.inbound", "" + Libp2pNetwork.CONNECTIONS,
        "streams.inbound", "" + Libp2pNetwork.STREAMS,
        "streams.opensPerSecond", "" + Libp2pNetwork.OPENS_PER_SECOND);
  }

  @Override
  public ObjectNode run(JsonNode command) throws Exception {
    ObjectNode answer = Json.object();
    switch (command.path("do").asText()) {
      case "listen" -> answer.put("address", network.address());
      case "receivers" -> {
        ArrayNode addresses = answer.putArray("addresses");
        network.receivers(command.path("count").asInt()).forEach(addresses::add);
      }
      case "guests" ->
        network.guests(command.path("count").asInt(), command.path("address").asText());
      case "footprint" -> answer.setAll(Footprint.collected().json());
      case "dial" -> {
        String peer = await(network.dial(command.path("address").asText()), command);
        answer.put("peer", peer);
      }
      case "received" -> answer.put("bytes", network.received());
      default -> measure(command, answer);
    }
    return answer;
  }

  /** What takes time says how much. */
  private void measure(JsonNode command, ObjectNode answer) throws Exception {
    long start = nanoClock.getAsLong();
    long end =
        start + TimeUnit.MILLISECONDS.toNanos(command.path("durationMillis").asLong());
    CompletableFuture<?> work = switch (command.path("do").asText()) {
      case "perf" ->
        network.perf(
            peer(command),
            command.path("upload").asLong(),
            command.path("download").asLong());
      case "writes" -> writes(command, end);
      case "requests" -> requests(command, end);
      case "opens" -> opens(command, end);
      case "handshakes" -> handshakes(command, end);
      case "secure" -> secure(answer, end);
      default -> throw new IllegalArgumentException("unknown command: " + command.path("do"));
    };
    if (await(work, command) instanceof Long count) {
      answer.put("count", count);
    }
    answer.put("micros", TimeUnit.NANOSECONDS.toMicros(nanoClock.getAsLong() - start));
  }

  private static String peer(JsonNode command) {
    return command.path("peer").asText();
  }

  private static int bytes(JsonNode command) {
    return command.path("bytes").asInt();
  }

  private CompletableFuture<Long> writes(JsonNode command, long end) {
    List<String> peers = texts(command.path("peers"));
    var writes = new Writes(peers.size(), bytes(command), nanoClock, end);
    for (int i = 0; i < peers.size(); i++) {
      network.call(peers.get(i), Network.Service.SINK, writes.streams().get(i));
    }
    return writes.result();
  }

  private CompletableFuture<Long> requests(JsonNode command, long end) {
    var requests = new Requests(bytes(command), command.path("count").asInt(), nanoClock, end);
    return network.call(peer(command), Network.Service.ECHO, requests);
  }

  private CompletableFuture<Long> opens(JsonNode command, long end) {
    String peer = peer(command);
    int size = bytes(command);
    return new Rounds(nanoClock, end)
        .run(
            command.path("count").asInt(),
            (row, number) -> network.call(peer, Network.Service.ECHO, echo(number, size)));
  }

  /** A dial, an echo, which shows that the other side is done too, and a close. */
  private CompletableFuture<Long> handshakes(JsonNode command, long end) {
    List<String> addresses = texts(command.path("addresses"));
    int size = bytes(command);
    return new Rounds(nanoClock, end)
        .run(
            addresses.size(),
            (row, number) -> network
                .dial(addresses.get(row))
                .thenCompose(peer -> network
                    .call(peer, Network.Service.ECHO, echo(number, size))
                    .thenCompose(done -> network.disconnect(peer))));
  }

  /** On this thread. */
  private CompletableFuture<Long> secure(ObjectNode answer, long end) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    var bare =
        new BareHandshakes(Libp2pNetwork.security(security), threads::getCurrentThreadCpuTime);
    BareHandshakes.Done done = bare.run(nanoClock, end);
    answer.put("clientPermille", done.diallerPermille());
    return CompletableFuture.completedFuture(done.count());
  }

  private static OneEcho echo(long number, int size) {
    return new OneEcho(number * size, size);
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static <T extends @Nullable Object> T await(CompletableFuture<T> future, JsonNode command)
      throws InterruptedException {
    long millis = command.path("millis").asLong(DEFAULT_MILLIS);
    try {
      return future.get(millis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("not within " + millis + " ms", e);
    }
  }
}
