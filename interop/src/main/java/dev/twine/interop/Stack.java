package dev.twine.interop;

import dev.twine.libp2p.Host;
import dev.twine.libp2p.HostBuilder;
import dev.twine.libp2p.StandardProtocols;
import dev.twine.libp2p.core.SecureProtocol;
import java.util.Set;

/** The protocols that a connection under test is made of, by the names that suites give them. */
record Stack(String transport, String security, String muxer) {
  static final Set<String> TRANSPORTS = Set.of("tcp", "ws");
  static final Set<String> SECURITY = Set.of("noise", "tls");
  static final Set<String> MUXERS = Set.of("yamux");

  static Stack of(String transport, String security) {
    return new Stack(transport, security, "yamux");
  }

  /** A host with these protocols alone, which does not listen. */
  HostBuilder host() {
    return Host.builder().security(secureProtocol()).muxers(StandardProtocols.yamux());
  }

  /** Likewise, on any free port of that IP. */
  HostBuilder listening(String ip) {
    return listening(ip, transport.equals("ws") ? "/ws" : "");
  }

  /** Likewise, with what follows the port in the address. */
  HostBuilder listening(String ip, String suffix) {
    String version = ip.contains(":") ? "/ip6/" : "/ip4/";
    return host().listen(version + ip + "/tcp/0" + suffix);
  }

  private SecureProtocol secureProtocol() {
    return security.equals("tls") ? StandardProtocols.tls() : StandardProtocols.noise();
  }
}
