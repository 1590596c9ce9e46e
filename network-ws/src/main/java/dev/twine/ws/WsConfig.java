package dev.twine.ws;

import dev.twine.network.Address;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the WebSocket transport needs beside the node's own configuration.
 *
 * @param listen where to listen for peers and HTTP; port 0 picks a free one; null listens nowhere
 * @param certificate PEM files that turn the listener into {@code wss}; null listens in the clear
 * @param trust which certificates of {@code wss} peers are accepted
 * @param connectionsPerSecond new connections from one IP address (or IPv6 /56) in a second; further
 *     ones are answered 429, and from twice as many on closed at once
 * @param httpConnections connections that do HTTP and no gossip, which have slots of their own
 * @param dnsServers asked, in order, for the SRV records of bootstrap names; none for the system's
 */
public record WsConfig(
    @Nullable Address listen,
    @Nullable PemFiles certificate,
    Trust trust,
    int connectionsPerSecond,
    int httpConnections,
    List<InetSocketAddress> dnsServers) {
  /** As go-algorand's tracker. */
  private static final int CONNECTIONS_PER_SECOND = 60;

  /** Enough for a block service and a monitor or two; each may hold its buffers of 64 KiB. */
  private static final int HTTP_CONNECTIONS = 256;

  private static final int MANY = 1_000_000;

  /**
   * The files that `wss` needs.
   *
   * @param certificates X.509 certificates in PEM, the node's own first
   * @param key its private key, PKCS#8 in PEM, without a password
   */
  public record PemFiles(Path certificates, Path key) {}

  public WsConfig {
    dnsServers = List.copyOf(dnsServers);
    if (listen != null && listen.transport() != TransportKind.WS) {
      throw new TwineException(
          Code.BAD_VALUE, "not a WebSocket address", listen.toString(), "give HOST:PORT");
    }
    check("ws.connections-per-second", connectionsPerSecond);
    check("ws.http-connections", httpConnections);
  }

  /** Dials and listens nowhere. */
  public static WsConfig client() {
    return new WsConfig(
        null, null, Trust.system(), CONNECTIONS_PER_SECOND, HTTP_CONNECTIONS, List.of());
  }

  /** Listens on that host and port. */
  public static WsConfig listening(String host, int port) {
    return client().withListen(Address.ws(host, port));
  }

  public WsConfig withListen(@Nullable Address listen) {
    return new WsConfig(
        listen, certificate, trust, connectionsPerSecond, httpConnections, dnsServers);
  }

  public WsConfig withCertificate(Path certificates, Path key) {
    var files = new PemFiles(certificates, key);
    return new WsConfig(listen, files, trust, connectionsPerSecond, httpConnections, dnsServers);
  }

  public WsConfig withTrust(Trust trust) {
    return new WsConfig(
        listen, certificate, trust, connectionsPerSecond, httpConnections, dnsServers);
  }

  public WsConfig withConnectionsPerSecond(int connectionsPerSecond) {
    return new WsConfig(
        listen, certificate, trust, connectionsPerSecond, httpConnections, dnsServers);
  }

  public WsConfig withHttpConnections(int httpConnections) {
    return new WsConfig(
        listen, certificate, trust, connectionsPerSecond, httpConnections, dnsServers);
  }

  public WsConfig withDnsServers(List<InetSocketAddress> dnsServers) {
    return new WsConfig(
        listen, certificate, trust, connectionsPerSecond, httpConnections, dnsServers);
  }

  private static void check(String name, int value) {
    if (value < 1 || value > MANY) {
      throw new TwineException(
          Code.BAD_VALUE, "limit out of range", name + " = " + value, "give 1 to " + MANY);
    }
  }
}
