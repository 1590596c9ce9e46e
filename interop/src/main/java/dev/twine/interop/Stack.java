package dev.twine.interop;

import dev.twine.libp2p.Host;
import dev.twine.libp2p.HostBuilder;
import dev.twine.libp2p.StandardProtocols;
import dev.twine.libp2p.core.SecureProtocol;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The protocols that a connection under test is made of, by the names that suites give them.
 *
 * @param tls asked once for each host on {@code wss}, and for no other
 */
record Stack(String transport, String security, String muxer, Supplier<WssTls> tls) {
  /** What follows the port in the address of each transport. */
  private static final Map<String, String> SUFFIXES =
      Map.of("tcp", "", "ws", "/ws", "wss", "/tls/ws");

  static final Set<String> TRANSPORTS = SUFFIXES.keySet();
  static final Set<String> SECURITY = Set.of("noise", "tls");
  static final Set<String> MUXERS = Set.of("yamux");

  static Stack of(String transport, String security, Supplier<WssTls> tls) {
    return new Stack(transport, security, "yamux", tls);
  }

  /** A host with these protocols alone, which does not listen. */
  HostBuilder host() {
    HostBuilder host = Host.builder().security(secureProtocol()).muxers(StandardProtocols.yamux());
    if (transport.equals("wss")) {
      WssTls ends = tls.get();
      host.transports(StandardProtocols.webSocket(ends.server(), ends.client()));
    }
    return host;
  }

  /** Likewise, on any free port of that IP. */
  HostBuilder listening(String ip) {
    String version = ip.contains(":") ? "/ip6/" : "/ip4/";
    return host().listen(version + ip + "/tcp/0" + SUFFIXES.get(transport));
  }

  private SecureProtocol secureProtocol() {
    return security.equals("tls") ? StandardProtocols.tls() : StandardProtocols.noise();
  }
}
