package dev.twine.node.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Json;
import dev.twine.node.text.Size;
import java.util.List;
import java.util.Locale;

/**
 * What one row of a contest measures, such as {@code upload} or {@code requests-100}.
 *
 * @param parameter the size of a message or how many are under way, as the kind has it
 * @param receivers the hosts that it needs beside the first one
 */
public record Scenario(Kind kind, int parameter, int receivers) {
  /** Receivers of a broadcast whose name says nothing of them, and the most. */
  private static final int PEERS = 10;

  private static final int MAX_PEERS = 100;

  /** As {@code jvm-libp2p} was measured. */
  private static final int REQUEST_BYTES = 128;

  private static final int ECHO_BYTES = 32;
  private static final int MAX_PARALLEL = 256;
  private static final int MAX_WRITE = 1 << 20;

  /** What is done, and in what it is counted. */
  public enum Kind {
    UPLOAD("bytes/s"),
    DOWNLOAD("bytes/s"),
    WRITE("bytes/s"),
    REQUESTS("requests/s"),
    OPEN("streams/s"),
    BROADCAST("deliveries/s"),
    /** Not a scenario of its own name: the benchmark of handshakes is a command. */
    HANDSHAKE("connections/s"),
    /** Likewise: the security protocol alone, without a socket. */
    SECURITY("handshakes/s");

    private final String unit;

    Kind(String unit) {
      this.unit = unit;
    }

    public String unit() {
      return unit;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean hasSize() {
      return this == WRITE || this == BROADCAST;
    }

    /** Whether there is something to choose: a size, or how many at a time. */
    boolean hasParameter() {
      return switch (this) {
        case UPLOAD, DOWNLOAD, SECURITY -> false;
        case WRITE, REQUESTS, OPEN, BROADCAST, HANDSHAKE -> true;
      };
    }
  }

  /** With the usual number of receivers. */
  public Scenario(Kind kind, int parameter) {
    this(
        kind,
        parameter,
        switch (kind) {
          case BROADCAST -> PEERS;
          case HANDSHAKE -> parameter;
          case UPLOAD, DOWNLOAD, WRITE, REQUESTS, OPEN, SECURITY -> 0;
        });
  }

  /**
   * Reads the parameter in a name.
   *
   * @param kind one that has a parameter
   */
  static Scenario of(Kind kind, String value) {
    int times = kind == Kind.BROADCAST ? value.indexOf('x') : -1;
    if (times > 0) {
      Scenario usual = sized(kind, value.substring(times + 1));
      int peers = count(value.substring(0, times), "receivers of a broadcast", MAX_PEERS);
      return new Scenario(kind, usual.parameter, peers);
    }
    return kind.hasSize()
        ? sized(kind, value)
        : new Scenario(kind, count(value, kind.label() + " in parallel", MAX_PARALLEL));
  }

  private static Scenario sized(Kind kind, String value) {
    return new Scenario(kind, Size.parse(value).asInt(kind.label() + " size", 1, MAX_WRITE));
  }

  private static int count(String value, String what, int most) {
    int count = value.matches("[0-9]{1,4}") ? Integer.parseInt(value) : 0;
    if (count < 1 || count > most) {
      throw new TwineException(Code.BAD_VALUE, what + " out of range", value, "give 1 to " + most);
    }
    return count;
  }

  /** What is checked of libp2p: every byte; only their number, as perf has it; who the peer is. */
  String check() {
    return switch (kind) {
      case UPLOAD, DOWNLOAD -> "count";
      case WRITE, REQUESTS, OPEN, BROADCAST, HANDSHAKE -> "bytes";
      case SECURITY -> "peer";
    };
  }

  WarmUp.Patience patience() {
    return kind == Kind.HANDSHAKE || kind == Kind.SECURITY
        ? WarmUp.Patience.LONG
        : WarmUp.Patience.USUAL;
  }

  /** What the client is asked to do with the server. */
  ObjectNode command(ContestPlan plan, Link link) {
    ObjectNode command = Json.object().put("durationMillis", plan.duration().toMillis());
    switch (kind) {
      case UPLOAD -> command.put("do", "perf").put("upload", plan.bytes()).put("download", 0);
      case DOWNLOAD -> command.put("do", "perf").put("upload", 0).put("download", plan.bytes());
      case REQUESTS ->
        command.put("do", "requests").put("count", parameter).put("bytes", REQUEST_BYTES);
      case OPEN -> command.put("do", "opens").put("count", parameter).put("bytes", ECHO_BYTES);
      case WRITE, BROADCAST -> command.put("do", "writes").put("bytes", parameter);
      case HANDSHAKE -> command.put("do", "handshakes").put("bytes", ECHO_BYTES);
      case SECURITY -> command.put("do", "secure");
    }
    if (kind == Kind.HANDSHAKE) {
      link.receivers().subList(0, parameter).forEach(command.putArray("addresses")::add);
    } else if (kind == Kind.BROADCAST || kind == Kind.WRITE) {
      ArrayNode peers = command.putArray("peers");
      (kind == Kind.WRITE ? List.of(link.peer()) : link.peers().subList(0, receivers))
          .forEach(peers::add);
    } else if (kind != Kind.SECURITY) {
      command.put("peer", link.peer());
    }
    return command;
  }

  /** How much of the unit an answer stands for. */
  long amount(ContestPlan plan, JsonNode answer) {
    long count = answer.path("count").asLong();
    return switch (kind) {
      case UPLOAD, DOWNLOAD -> plan.bytes();
      case WRITE -> count * parameter;
      case BROADCAST -> count * receivers;
      case REQUESTS, OPEN, HANDSHAKE, SECURITY -> count;
    };
  }

  /** The bytes that the server's sinks and perf must have read for it. */
  long bytesReceived(ContestPlan plan, JsonNode answer) {
    long count = answer.path("count").asLong();
    return switch (kind) {
      case UPLOAD -> plan.bytes();
      case WRITE -> count * parameter;
      case BROADCAST -> count * parameter * receivers;
      case DOWNLOAD, REQUESTS, OPEN, HANDSHAKE, SECURITY -> 0;
    };
  }

  @Override
  public String toString() {
    if (!kind.hasParameter()) {
      return kind.label();
    }
    String peers = kind == Kind.BROADCAST && receivers != PEERS ? receivers + "x" : "";
    return kind.label() + "-" + peers + (kind.hasSize() ? new Size(parameter) : "" + parameter);
  }

  /**
   * How the client reaches the server.
   *
   * @param peer the ID of its first host
   * @param peers the IDs of the receivers that are connected
   * @param receivers their addresses
   */
  record Link(String peer, List<String> peers, List<String> receivers) {}
}
