package dev.twine.node.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.identity.NodeId;
import dev.twine.node.bench.BroadcastBaseline;
import dev.twine.node.bench.BroadcastServer;
import dev.twine.node.child.Footprint;
import dev.twine.node.child.Lines;
import dev.twine.node.config.Mode;
import dev.twine.node.text.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The process that broadcasts: a node, or a baseline. Driven by lines on its standard input. */
final class ServerProcess implements Lines.Command {
  private static final long JOIN_MILLIS = 30_000;

  private final BroadcastServer server;
  private final List<Endpoint> endpoints;
  private final Payloads payloads = new Payloads();
  private volatile long sequence;
  private volatile boolean stop;
  private volatile @Nullable Throwable failure;
  private @Nullable Thread sender;

  private ServerProcess(BroadcastServer server, List<Endpoint> endpoints) {
    this.server = server;
    this.endpoints = endpoints;
  }

  /** Runs until standard input ends. */
  public static void main(String[] args) throws IOException {
    Lines.serve(Json.object(), create(args[0]));
  }

  private static ServerProcess create(String subject) throws IOException {
    if (BroadcastBench.TRANSPORTS.contains(subject)) {
      var node = new NodeServer(Mode.parse(subject));
      return new ServerProcess(node, node.endpoints());
    }
    for (BroadcastBaseline baseline : ServiceLoader.load(BroadcastBaseline.class)) {
      if (baseline.name().equals(subject)) {
        BroadcastServer server = baseline.start();
        InetSocketAddress address = server.address();
        var at = new Endpoint(
            SinkWire.valueOf(baseline.wire().name()),
            address.getAddress().getHostAddress(),
            address.getPort(),
            server.nodeId().map(NodeId::parse));
        return new ServerProcess(server, List.of(at));
      }
    }
    throw new IllegalArgumentException("no baseline " + subject);
  }

  @Override
  public ObjectNode run(JsonNode command) throws InterruptedException {
    switch (command.path("do").asText()) {
      case "send" -> send(command.path("size").asInt());
      case "stop" -> stop();
      case "footprint" -> {
        return Footprint.collected().json();
      }
      default -> {}
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
    ObjectNode status = Json.object();
    ArrayNode ways = status.putArray("endpoints");
    endpoints.forEach(endpoint -> ways.add(endpoint.json()));
    return status
        .put("receivers", server.receivers())
        .put("sequence", sequence)
        .put("nanos", System.nanoTime())
        .put("cpuNanos", Cpu.ofProcess());
  }

  private void send(int size) {
    stop = false;
    sender = new Thread(() -> sendAll(size), "bench-sender");
    sender.start();
  }

  private void sendAll(int size) {
    try {
      long next = sequence; // Only this thread writes it.
      while (!stop) {
        server.broadcast(payloads.payload(next, size));
        sequence = ++next;
      }
    } catch (InterruptedException | RuntimeException e) { // Reported with the next answer.
      failure = e;
    }
  }

  private void stop() throws InterruptedException {
    stop = true;
    if (sender != null) {
      sender.join(JOIN_MILLIS);
      if (sender.isAlive()) {
        throw new IllegalStateException(
            "still sending after " + TimeUnit.MILLISECONDS.toSeconds(JOIN_MILLIS) + " s");
      }
    }
  }
}
