package dev.twine.node.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.bench.BroadcastBaseline;
import dev.twine.node.bench.BroadcastServer;
import dev.twine.node.child.Footprint;
import dev.twine.node.child.Lines;
import dev.twine.node.text.Json;
import java.io.IOException;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The process that broadcasts: a node, or a baseline. Driven by lines on its standard input. */
final class ServerProcess implements Lines.Command {
  private static final long JOIN_MILLIS = 30_000;

  private final BroadcastServer server;
  private final String wire;
  private final Payloads payloads = new Payloads();
  private volatile long sequence;
  private volatile boolean stop;
  private volatile @Nullable Throwable failure;
  private @Nullable Thread sender;

  private ServerProcess(BroadcastServer server, String wire) {
    this.server = server;
    this.wire = wire;
  }

  /** Runs until standard input ends. */
  public static void main(String[] args) throws IOException {
    Lines.serve(Json.object(), create(args[0]));
  }

  private static ServerProcess create(String subject) throws IOException {
    if (subject.equals("ws")) {
      return new ServerProcess(new NodeServer(), "GOSSIP");
    }
    for (BroadcastBaseline baseline : ServiceLoader.load(BroadcastBaseline.class)) {
      if (baseline.name().equals(subject)) {
        return new ServerProcess(baseline.start(), baseline.wire().name());
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
    return Json.object()
        .put("host", server.address().getAddress().getHostAddress())
        .put("port", server.address().getPort())
        .put("wire", wire)
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
