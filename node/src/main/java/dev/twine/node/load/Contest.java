package dev.twine.node.load;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.load.Scenario.Kind;
import dev.twine.node.peer.PeerMain;
import dev.twine.node.text.Nearest;
import dev.twine.node.web.WebMain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Who can be measured beside whom: programs of two processes each that speak one language. */
public enum Contest {
  /** Libraries of libp2p, and sockets alone. */
  STREAMS(PeerMain.class),

  /** The services of a node over libp2p and over TCP, and HTTP without a node. */
  HTTP(WebMain.class);

  /** A host of {@code libp2p/core}. */
  public static final String TWINE = "twine";

  /** Its handlers on sockets alone. */
  public static final String TCP = "tcp";

  /** What a plain call measures. */
  private static final List<Kind> PLAIN =
      List.of(Kind.UPLOAD, Kind.DOWNLOAD, Kind.REQUESTS, Kind.OPEN);

  private final Class<?> main;

  Contest(Class<?> main) {
    this.main = main;
  }

  /** The program of the stacks that are our own. */
  Class<?> main() {
    return main;
  }

  List<String> own() {
    return this == HTTP ? WebMain.STACKS : List.of(TWINE, TCP);
  }

  /** The names that {@code --baselines} may have here. */
  public List<String> baselines() {
    if (this == HTTP) {
      return WebMain.BASELINES;
    }
    var names = new ArrayList<>(List.of(TCP));
    Programs.all().forEach(baseline -> names.add(baseline.name()));
    return names;
  }

  /** The stack that shows what TCP allows. */
  String bound() {
    return this == HTTP ? WebMain.WS : TCP;
  }

  boolean isSecured(String stack) {
    return this == HTTP ? stack.equals(WebMain.P2P) : !stack.equals(TCP);
  }

  /** Whether a stack can do it: not what no library does alone, nor sockets what is about streams. */
  boolean takesPart(String stack, Scenario scenario) {
    if (this == HTTP || stack.equals(TWINE)) {
      return true;
    }
    return switch (scenario.kind()) {
      case SECURITY -> false;
      case OPEN, HANDSHAKE -> !stack.equals(TCP);
      case UPLOAD, DOWNLOAD, WRITE, REQUESTS, BROADCAST -> true;
    };
  }

  /** What the programs compare: in HTTP every byte, of libp2p what its protocols allow. */
  String check(Scenario scenario) {
    return this == HTTP ? "bytes" : scenario.check();
  }

  /** How calm a warm-up ends: HTTP is thousands of methods, most of them once in a request. */
  WarmUp.Patience patience(Scenario scenario) {
    return this == HTTP ? WarmUp.Patience.LONG : scenario.patience();
  }

  /** What is raised for a load that nobody makes in earnest; no check is off. */
  Map<String, String> raised() {
    return this == HTTP ? WebMain.raised() : PeerMain.raised();
  }

  /** Those that a plain call measures. */
  public List<Scenario> usual() {
    return PLAIN.stream().flatMap(kind -> usual(kind).stream()).toList();
  }

  /** Reads several names, each scenario once. */
  public List<Scenario> parse(List<String> names) {
    return names.stream().flatMap(name -> parse(name).stream()).distinct().toList();
  }

  /**
   * Reads a name, such as {@code upload}, {@code write-16KiB} or {@code open-32}. One without its
   * parameter stands for the usual ones, {@code all} for all of them.
   */
  public List<Scenario> parse(String text) {
    if (text.equals("all")) {
      return kinds().stream().flatMap(kind -> usual(kind).stream()).toList();
    }
    for (Kind kind : kinds()) {
      if (text.equals(kind.label())) {
        return usual(kind);
      }
      if (text.startsWith(kind.label() + "-") && kind.hasParameter()) {
        return List.of(Scenario.of(kind, text.substring(kind.label().length() + 1)));
      }
    }
    List<String> names = kinds().stream().map(Kind::label).toList();
    throw new TwineException(
        Code.BAD_VALUE,
        "unknown scenario",
        text,
        Nearest.hint(text, names) + "give all, or some of " + String.join(", ", names));
  }

  private List<Kind> kinds() {
    return Stream.of(Kind.values()).filter(kind -> !usual(kind).isEmpty()).toList();
  }

  /** None if it is not one of its own name: handshakes have a command, and HTTP is no stream. */
  private List<Scenario> usual(Kind kind) {
    List<Integer> parameters = switch (kind) {
      case UPLOAD, DOWNLOAD -> List.of(0);
      case REQUESTS -> List.of(1, this == HTTP ? 16 : 100);
      case OPEN -> List.of(1, this == HTTP ? 16 : 32);
      case WRITE -> this == HTTP ? List.of() : List.of(1 << 10, 16 << 10, 64 << 10);
      case BROADCAST -> this == HTTP ? List.of() : List.of(200, 1 << 10, 64 << 10);
      case HANDSHAKE, SECURITY -> List.of();
    };
    return parameters.stream().map(parameter -> new Scenario(kind, parameter)).toList();
  }
}
