package dev.twine.node.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.network.TransportKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A process of {@code twine run} that is ready, and what its ports file says. */
record TwineNode(TwineProcess process, JsonNode ports) implements AutoCloseable {
  static final String NETWORK = "process-test";
  static final String P2P_LISTEN = "/ip4/127.0.0.1/tcp/0";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private static final String LIST =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"peers.list\",\"params\":{}}";

  /** A hybrid node that listens on free ports. */
  static TwineNode start(Path directory, String name, String... more) {
    return begin(directory, name, "127.0.0.1:0", more).ready();
  }

  /** Starts a node and does not wait for it: several of them start in the time of one. */
  static Starting begin(Path directory, String name, String wsListen, String... more) {
    return begin(Application.onClassPath(), directory, name, hybrid(wsListen, more));
  }

  /** Of the mode that the arguments say, with its listeners. */
  static Starting begin(List<String> application, Path directory, String name, List<String> more) {
    Path ports = directory.resolve(name + ".ports");
    var args = new ArrayList<>(List.of("run", "--admin", "127.0.0.1:0"));
    args.addAll(List.of("--ports-file", ports.toString()));
    if (!more.contains("--network-id")) {
      args.addAll(List.of("--network-id", NETWORK));
    }
    args.addAll(more);
    try {
      Files.deleteIfExists(ports);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Starting(TwineProcess.start(application, args), ports);
  }

  private static List<String> hybrid(String wsListen, String... more) {
    var args = new ArrayList<>(List.of("--ws-listen", wsListen, "--p2p-listen", P2P_LISTEN));
    args.addAll(List.of(more));
    return args;
  }

  /** A process on its way to be a node. */
  record Starting(TwineProcess process, Path portsFile) {
    TwineNode ready() {
      process.awaitErr("Node is ready");
      try {
        return new TwineNode(process, TwineProcess.parse(Files.readString(portsFile)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  String id() {
    return ports.get("nodeId").asText();
  }

  String ws() {
    return ports.get("ws").asText();
  }

  /** With its ID at the end. */
  String p2p() {
    return ports.get("p2p").get(0).asText();
  }

  String address(TransportKind transport) {
    return transport == TransportKind.WS ? ws() : p2p();
  }

  String admin() {
    return ports.get("admin").asText();
  }

  /** Starts a command against this node. */
  TwineProcess run(String... args) {
    var command = new ArrayList<>(List.of(args));
    command.addAll(List.of("--admin", admin()));
    return TwineProcess.start(command.toArray(new String[0]));
  }

  /** Runs a command against this node and returns its JSON document. */
  JsonNode json(String... args) {
    var command = new ArrayList<>(List.of(args));
    command.addAll(List.of("-o", "json"));
    try (TwineProcess process = run(command.toArray(new String[0]))) {
      return TwineProcess.parse(process.succeeded());
    }
  }

  /** The list of {@code twine peers} over the admin API, which costs no process. */
  JsonNode peers() {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + admin() + "/rpc"))
        .timeout(Duration.ofSeconds(10))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(LIST))
        .build();
    try {
      HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      return TwineProcess.parse(response.body()).required("result");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether a node is an active peer, by its proven ID. */
  boolean knows(String nodeId) {
    for (JsonNode peer : peers()) {
      if (nodeId.equals(peer.get("nodeId").asText())
          && "active".equals(peer.get("state").asText())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    process.close();
  }
}
