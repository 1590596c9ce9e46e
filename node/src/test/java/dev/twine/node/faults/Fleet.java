package dev.twine.node.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.child.Child;
import dev.twine.node.config.Mode;
import dev.twine.node.process.Application;
import dev.twine.node.text.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Twelve nodes in six processes: three with one node of each kind, and one for each kind that may be
 * killed. Each process has a network namespace of its own where there are any.
 */
final class Fleet implements AutoCloseable {
  /** The nodes of each process. */
  static final List<List<Mode>> HOSTS = List.of(
      List.of(Mode.HYBRID, Mode.WS, Mode.P2P),
      List.of(Mode.HYBRID, Mode.WS, Mode.P2P),
      List.of(Mode.HYBRID, Mode.WS, Mode.P2P),
      List.of(Mode.WS),
      List.of(Mode.P2P),
      List.of(Mode.HYBRID));

  static final int NODES = HOSTS.stream().mapToInt(List::size).sum();

  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final int FIRST_PORT = 4100;

  private final Path directory;
  private final Optional<Namespaces> namespaces;
  private final Map<Integer, Child> processes = new HashMap<>();
  private final Map<Integer, Long> pids = new HashMap<>();
  private final Map<Integer, ObjectNode> nodes = new HashMap<>();
  private final List<Integer> lives = new ArrayList<>();

  Fleet(Path directory, Optional<Namespaces> namespaces) {
    this.directory = directory;
    this.namespaces = namespaces;
  }

  /** Starts all; nodes know the first one, of each transport. */
  void start() throws InterruptedException {
    var starting = IntStream.range(0, HOSTS.size())
        .mapToObj(host -> CompletableFuture.supplyAsync(() -> process(host)))
        .toList();
    for (int host = 0; host < HOSTS.size(); host++) {
      processes.put(host, starting.get(host).join());
    }
    for (int host = 0; host < HOSTS.size(); host++) {
      startNodes(host);
    }
  }

  /** Starts a process again that was killed, with its nodes where they were. */
  void restart(int host) throws InterruptedException {
    processes.put(host, process(host));
    startNodes(host);
  }

  private Child process(int host) {
    var command = new ArrayList<String>();
    namespaces.ifPresent(all -> command.addAll(all.inside(host)));
    command.addAll(Application.java());
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", path, FaultHost.class.getName(), directory.toString()));
    return Child.start("host " + host, command, null);
  }

  /** One after the other: all but the first are told of that one. */
  private void startNodes(int host) throws InterruptedException {
    for (int i = 0; i < HOSTS.get(host).size(); i++) {
      ObjectNode command = Json.object().put("do", "start");
      command.set("node", told(host, firstNode(host) + i, HOSTS.get(host).get(i)));
      JsonNode answer = ask(host, command);
      pids.put(host, answer.path("pid").asLong());
      started((ObjectNode) answer.path("nodes").path(i));
    }
  }

  private void started(ObjectNode node) {
    int origin = node.path("origin").asInt();
    lives.add(origin);
    ObjectNode before = nodes.put(Life.node(origin), node);
    if (before != null && !before.path("id").equals(node.path("id"))) {
      throw new AssertionError("another node ID: " + before + " " + node);
    }
  }

  private ObjectNode told(int host, int node, Mode mode) {
    ObjectNode before = nodes.get(node);
    int origin = before == null ? node : Life.next(before.path("origin").asInt());
    ObjectNode told = Json.object().put("origin", origin).put("mode", mode.label());
    told.put("ws", before == null ? ws(host, node) : before.path("ws").asText());
    told.put(
        "p2p", before == null ? p2p(host, node) : listener(before.path("p2p").asText()));
    var phonebook = told.putArray("phonebook");
    if (node != 0) {
      phonebook.add(nodes.get(0).path(mode == Mode.P2P ? "p2p" : "ws").asText());
    }
    return told;
  }

  private String ws(int host, int node) {
    return namespaces.isEmpty()
        ? "127.0.0.1:0"
        : Namespaces.address(host) + ":" + (FIRST_PORT + 2 * node);
  }

  private String p2p(int host, int node) {
    return namespaces.isEmpty()
        ? "/ip4/127.0.0.1/tcp/0"
        : "/ip4/" + Namespaces.address(host) + "/tcp/" + (FIRST_PORT + 2 * node + 1);
  }

  /** Without the ID. */
  private static String listener(String address) {
    int end = address.indexOf("/p2p/");
    return end < 0 ? address : address.substring(0, end);
  }

  private static int firstNode(int host) {
    return HOSTS.subList(0, host).stream().mapToInt(List::size).sum();
  }

  static Set<Integer> nodesOf(Set<Integer> hosts) {
    var all = new TreeSet<Integer>();
    hosts.forEach(host ->
        IntStream.range(0, HOSTS.get(host).size()).forEach(i -> all.add(firstNode(host) + i)));
    return all;
  }

  /** Every node of that process sends so many messages a second. */
  void send(int host, double perNode) throws InterruptedException {
    long micros = (long) (1e6 / (perNode * HOSTS.get(host).size()));
    ask(host, Json.object().put("do", "send").put("everyMicros", micros));
  }

  void stop(int host) throws InterruptedException {
    ask(host, Json.object().put("do", "stop"));
  }

  /** Ends one of our processes as {@code kill -9} does. */
  void kill(int host) throws InterruptedException {
    ProcessHandle handle = handle(host);
    handle.destroyForcibly();
    handle.onExit().orTimeout(ANSWER.toSeconds(), TimeUnit.SECONDS).join();
    Child gone = processes.remove(host);
    if (gone != null) {
      gone.close();
    }
  }

  /** Stops a process, which does not know, or lets it go on. */
  void freeze(int host, boolean frozen) throws InterruptedException {
    String signal = frozen ? "-STOP" : "-CONT";
    String pid = Long.toString(handle(host).pid());
    try {
      if (new ProcessBuilder("kill", signal, pid).inheritIO().start().waitFor() != 0) {
        throw new AssertionError("kill " + signal + " " + pid + " failed");
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ProcessHandle handle(int host) {
    long pid = pids.get(host);
    return ProcessHandle.current()
        .children()
        .filter(child -> child.pid() == pid)
        .findFirst()
        .orElseThrow(() -> new AssertionError("not one of our processes: " + pid));
  }

  /** What the nodes of those processes say, by number. */
  Map<Integer, JsonNode> status(Set<Integer> hosts) throws InterruptedException {
    Map<Integer, JsonNode> all = new HashMap<>();
    for (int host : hosts) {
      ask(host, Json.object().put("do", "status"))
          .path("nodes")
          .forEach(node -> all.put(Life.node(node.path("origin").asInt()), node));
    }
    return all;
  }

  private JsonNode ask(int host, ObjectNode command) throws InterruptedException {
    return processes.get(host).ask(command, ANSWER);
  }

  /** Of all nodes, those that have ended included. */
  List<Integer> lives() {
    return List.copyOf(lives);
  }

  @Override
  public void close() {
    processes.values().forEach(Child::close);
  }
}
