package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.network.Address;
import dev.twine.network.PeerRef;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Json;
import dev.twine.node.text.TextTable;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code twine peers} and what belongs to it. */
@Command(
    name = "peers",
    description = "List the sessions of a running node.",
    subcommands = {PeersCommand.Connect.class, PeersCommand.Disconnect.class})
final class PeersCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  private final CommonOptions common = new CommonOptions();

  @Mixin
  private final NodeOptions node = new NodeOptions();

  PeersCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    JsonNode peers =
        node.client(console.environment()).call("peers.list", Json.object(), IdCommand.SOON);
    console.line(common.json() ? Json.line(peers) : table(peers));
    return Exit.OK;
  }

  private static String table(JsonNode peers) {
    var table = new TextTable(
        "SESSION",
        "NODE",
        "TRANSPORT",
        "DIR",
        "STATE",
        "RTT",
        "PRIO",
        "BULK",
        "DROPPED",
        "ADDRESS",
        "AGENT");
    for (JsonNode peer : peers) {
      JsonNode rtt = peer.path("rttMillis");
      table.row(
          Texts.of(peer.path("session")),
          Texts.last8(peer.path("nodeId")),
          Texts.of(peer.path("transport")),
          Texts.of(peer.path("direction")),
          Texts.of(peer.path("state")),
          rtt.isNull() ? "-" : String.format("%.1fms", rtt.asDouble()),
          Texts.of(peer.path("priorityQueue")),
          Texts.of(peer.path("bulkQueue")),
          Texts.of(peer.path("dropped")),
          Texts.of(peer.path("address")),
          Texts.of(peer.path("agent")));
    }
    return table + "\n" + peers.size() + (peers.size() == 1 ? " session" : " sessions");
  }

  /** {@code twine peers connect}. */
  @Command(name = "connect", description = "Connect a running node to an address.")
  static final class Connect implements Callable<Integer> {
    /** The node gives up after 15 s and says why. */
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final Console console;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final NodeOptions node = new NodeOptions();

    @Parameters(paramLabel = "ADDR", description = "HOST:PORT, ws://..., wss://... or a multiaddr")
    private String address = "";

    Connect(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      String checked = Address.parse(address).toString();
      JsonNode peer = node.client(console.environment())
          .call("peers.connect", Json.object().put("address", checked), DEADLINE);
      console.line(common.json() ? Json.line(peer) : Texts.of(peer.path("nodeId")));
      return Exit.OK;
    }
  }

  /** {@code twine peers disconnect}. */
  @Command(name = "disconnect", description = "Close the sessions with a peer.")
  static final class Disconnect implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final NodeOptions node = new NodeOptions();

    @Parameters(paramLabel = "ID", description = "Node ID, or session such as s1")
    private String peer = "";

    Disconnect(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      JsonNode result = node.client(console.environment())
          .call("peers.disconnect", Json.object().put("peer", checked(peer)), IdCommand.SOON);
      console.line(common.json() ? Json.line(result) : "disconnected " + peer);
      return Exit.OK;
    }
  }

  /** Refuses what is no peer before a node is asked. */
  static String checked(String peer) {
    try {
      return PeerRef.parse(peer).toString();
    } catch (IllegalArgumentException e) {
      throw new TwineException(
          Code.BAD_VALUE,
          "neither node ID nor session",
          peer,
          "give one as twine peers -o json shows them",
          e);
    }
  }
}
