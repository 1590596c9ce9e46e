package dev.twine.libp2p.core.transport;

import dev.twine.libp2p.core.Multiaddr;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a TCP or WebSocket address says, read from its multiaddr.
 *
 * @param family ip4, ip6, dns, dns4 or dns6
 * @param sni the name to ask for in TLS, or null to use the host
 * @param path the HTTP path of the WebSocket
 */
public record StreamAddress(
    String family,
    String host,
    int port,
    boolean tls,
    boolean ws,
    @Nullable String sni,
    String path) {
  private static final List<String> FAMILIES = List.of("ip4", "ip6", "dns", "dns4", "dns6");

  /** Empty unless the address, without its peer ID, is exactly of TCP or WebSocket. */
  public static Optional<StreamAddress> of(Multiaddr address) {
    Iterator<Multiaddr.Component> parts = address.withoutPeer().components().iterator();
    Multiaddr.Component first = next(parts);
    Multiaddr.Component second = next(parts);
    if (!FAMILIES.contains(first.protocol()) || !second.protocol().equals("tcp")) {
      return Optional.empty();
    }
    boolean tls = false;
    boolean ws = false;
    String sni = null;
    String path = "/";
    while (parts.hasNext()) {
      Multiaddr.Component part = parts.next();
      switch (ws ? "after " + part.protocol() : part.protocol()) {
        case "tls" -> tls = true;
        case "sni" -> sni = part.value();
        case "ws" -> ws = true;
        case "wss" -> {
          tls = true;
          ws = true;
        }
        case "after http-path" -> path = path(part.value());
        default -> {
          return Optional.empty();
        }
      }
    }
    if (tls && !ws) {
      return Optional.empty();
    }
    int port = Integer.parseInt(second.value());
    return Optional.of(
        new StreamAddress(first.protocol(), first.value(), port, tls, ws, sni, path));
  }

  /** The multiaddr of a socket. */
  static Multiaddr of(InetSocketAddress socket, String suffix) {
    InetAddress address = socket.getAddress();
    String host = address.getHostAddress();
    int zone = host.indexOf('%');
    String bare = zone < 0 ? host : host.substring(0, zone);
    String family = address instanceof Inet6Address ? "/ip6/" : "/ip4/";
    return Multiaddr.parse(family + bare + "/tcp/" + socket.getPort() + suffix);
  }

  /** Whether the host is a name that has to be resolved. */
  public boolean named() {
    return family.startsWith("dns");
  }

  /**
   * The socket of an address without a name.
   *
   * @throws IllegalStateException if the host is a name
   */
  InetSocketAddress socket() {
    InetAddress ip = NetUtil.createInetAddressFromIpAddressString(host);
    if (ip == null) {
      throw new IllegalStateException("not resolved: " + host + ": look the name up first");
    }
    return new InetSocketAddress(ip, port);
  }

  /** What the multiaddr says behind the port. */
  String suffix() {
    if (!ws) {
      return "";
    }
    String name = sni == null ? "" : "/sni/" + sni;
    String tail = path.equals("/")
        ? ""
        : "/http-path/" + encoded(URI.create(path).getPath().substring(1));
    return (tls ? "/tls" + name + "/ws" : "/ws") + tail;
  }

  private static Multiaddr.Component next(Iterator<Multiaddr.Component> parts) {
    return parts.hasNext() ? parts.next() : new Multiaddr.Component("", "");
  }

  /** Decoded for its slashes, and encoded again for the request line. */
  private static String path(String value) {
    String decoded = URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    String absolute = decoded.startsWith("/") ? decoded : "/" + decoded;
    try {
      return new URI(null, null, absolute, null).toASCIIString();
    } catch (URISyntaxException never) {
      throw new IllegalStateException("an absolute path is always quoted", never);
    }
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
