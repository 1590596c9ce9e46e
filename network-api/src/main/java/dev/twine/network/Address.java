package dev.twine.network;

import dev.twine.identity.NodeId;
import dev.twine.network.TwineException.Code;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer may be reached: {@code HOST:PORT}, {@code ws://HOST:PORT}, {@code wss://HOST:PORT} or
 * a multiaddr such as {@code /ip4/127.0.0.1/tcp/4190/p2p/12D3KooW...}.
 *
 * <p>An IPv6 host stands in brackets. A WebSocket address may name the node that is expected there,
 * {@code ws://12D3KooW...@HOST:PORT}. Immutable; two addresses are equal if their text is.
 */
public final class Address {
  private static final Pattern WS = Pattern.compile(
      "(?:(wss?)://)?(?:([1-9A-HJ-NP-Za-km-z]{20,64})@)?(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):([0-9]{1,5})/?");
  private static final Pattern MULTIADDR =
      Pattern.compile("/(ip4|ip6|dns|dns4|dns6|dnsaddr)/([^/]+)(?:/tcp/([0-9]{1,5}))?(/.*)?");
  private static final int MAX_TEXT = 512;
  private static final int MAX_PORT = 65_535;
  private static final String FORMS =
      "give HOST:PORT, ws://HOST:PORT, wss://HOST:PORT or a multiaddr";

  private final TransportKind transport;
  private final boolean secure;
  private final String host;
  private final int port;
  private final @Nullable NodeId nodeId;
  private final String text;

  private Address(
      TransportKind transport,
      boolean secure,
      String host,
      int port,
      @Nullable NodeId nodeId,
      String text) {
    this.transport = transport;
    this.secure = secure;
    this.host = host;
    this.port = port;
    this.nodeId = nodeId;
    this.text = text;
  }

  /**
   * Reads an address.
   *
   * @throws TwineException of code BAD_VALUE if it has none of the forms above
   */
  public static Address parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw bad(text.substring(0, 40) + "...");
    }
    return text.startsWith("/") ? multiaddr(text) : webSocket(text);
  }

  /** A plain WebSocket address. */
  public static Address ws(String host, int port) {
    return parse("ws://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port);
  }

  private static Address webSocket(String text) {
    Matcher parts = WS.matcher(text);
    if (!parts.matches()) {
      throw bad(text);
    }
    boolean secure = "wss".equals(parts.group(1));
    String host = parts.group(3);
    int port = port(parts.group(4), text);
    NodeId nodeId = parts.group(2) == null ? null : nodeId(parts.group(2), text);
    String canonical =
        (secure ? "wss://" : "ws://") + (nodeId == null ? "" : nodeId + "@") + host + ":" + port;
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new Address(TransportKind.WS, secure, bare, port, nodeId, canonical);
  }

  private static Address multiaddr(String text) {
    Matcher parts = MULTIADDR.matcher(text);
    if (!parts.matches()) {
      throw bad(text);
    }
    int port = parts.group(3) == null ? 0 : port(parts.group(3), text);
    int id = text.lastIndexOf("/p2p/");
    NodeId nodeId = id < 0 ? null : nodeId(text.substring(id + "/p2p/".length()), text);
    return new Address(TransportKind.P2P, true, parts.group(2), port, nodeId, text);
  }

  private static NodeId nodeId(String part, String text) {
    try {
      return NodeId.parse(part);
    } catch (IllegalArgumentException e) {
      throw bad(text);
    }
  }

  private static int port(String digits, String text) {
    int port = Integer.parseInt(digits);
    if (port > MAX_PORT) {
      throw bad(text);
    }
    return port;
  }

  private static TwineException bad(String text) {
    return new TwineException(Code.BAD_VALUE, "not an address", text, FORMS);
  }

  public TransportKind transport() {
    return transport;
  }

  /** True for {@code wss} and for every multiaddr, whose transports always encrypt. */
  public boolean secure() {
    return secure;
  }

  /** A name or a literal IP address, IPv6 without brackets. */
  public String host() {
    return host;
  }

  /** 0 if the address names none. */
  public int port() {
    return port;
  }

  /** {@code host:port}, IPv6 in brackets. */
  public String hostAndPort() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /** The node that is expected there, if the address says so. */
  public Optional<NodeId> nodeId() {
    return Optional.ofNullable(nodeId);
  }

  /**
   * The same address, naming the node that is expected there; an address that names one already is
   * left as it is.
   */
  public Address withNode(NodeId id) {
    if (nodeId != null) {
      return this;
    }
    if (transport == TransportKind.P2P) {
      return new Address(transport, secure, host, port, id, text + "/p2p/" + id);
    }
    String named = text.replaceFirst("://", "://" + id + "@");
    return new Address(transport, secure, host, port, id, named);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Address that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
