package dev.twine.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.network.Address;
import dev.twine.network.PeerRef;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Json;
import dev.twine.node.text.TextTable;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code twine peers} and what belongs to it. */
@Command(
    name = "peers",
    description = "List the sessions of a running node.",
    subcommands = {PeersCommand.Connect.class, PeersCommand.Disconnect.class})
final class PeersCommand extends NodeCommand {
  PeersCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    JsonNode peers = ask("peers.list", Json.object(), SOON);
    return show(peers, () -> table(peers));
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
  static final class Connect extends NodeCommand {
    /** The node gives up after 15 s and says why. */
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @Parameters(paramLabel = "ADDR", description = "HOST:PORT, ws://..., wss://... or a multiaddr")
    private String address = "";

    Connect(Console console) {
      super(console);
    }

    @Override
    public Integer call() {
      String checked = Address.parse(address).toString();
      JsonNode peer = ask("peers.connect", Json.object().put("address", checked), DEADLINE);
      return show(peer, () -> Texts.of(peer.path("nodeId")));
    }
  }

  /** {@code twine peers disconnect}. */
  @Command(name = "disconnect", description = "Close the sessions with a peer.")
  static final class Disconnect extends NodeCommand {
    @Parameters(paramLabel = "ID", description = "Node ID, or session such as s1")
    private String peer = "";

    Disconnect(Console console) {
      super(console);
    }

    @Override
    public Integer call() {
      JsonNode result = ask("peers.disconnect", Json.object().put("peer", checked(peer)), SOON);
      return show(result, () -> "disconnected " + peer);
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
