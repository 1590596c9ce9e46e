package dev.twine.libp2p.core;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The protocols that an address can name, with their codes in the multiaddr table.
 *
 * @see <a href="https://github.com/multiformats/multiaddr/blob/master/protocols.csv">the table</a>
 */
enum AddressProtocol {
  IP4("ip4", 4, AddressValue.IP4),
  TCP("tcp", 6, AddressValue.PORT),
  UDP("udp", 273, AddressValue.PORT),
  DCCP("dccp", 33, AddressValue.PORT),
  SCTP("sctp", 132, AddressValue.PORT),
  UDT("udt", 301, AddressValue.NONE),
  UTP("utp", 302, AddressValue.NONE),
  IP6("ip6", 41, AddressValue.IP6),
  IP6ZONE("ip6zone", 42, AddressValue.NAME),
  IPCIDR("ipcidr", 43, AddressValue.CIDR),
  DNS("dns", 53, AddressValue.NAME),
  DNS4("dns4", 54, AddressValue.NAME),
  DNS6("dns6", 55, AddressValue.NAME),
  DNSADDR("dnsaddr", 56, AddressValue.NAME),
  P2P_WEBRTC_STAR("p2p-webrtc-star", 275, AddressValue.NONE),
  P2P_WEBRTC_DIRECT("p2p-webrtc-direct", 276, AddressValue.NONE),
  P2P_STARDUST("p2p-stardust", 277, AddressValue.NONE),
  WEBRTC_DIRECT("webrtc-direct", 280, AddressValue.NONE),
  WEBRTC("webrtc", 281, AddressValue.NONE),
  P2P_CIRCUIT("p2p-circuit", 290, AddressValue.NONE),
  UNIX("unix", 400, AddressValue.PATH),
  P2P("p2p", 421, AddressValue.PEER),
  /** The old spelling of {@code /tls/http}. */
  HTTPS("https", 443, AddressValue.NONE),
  ONION("onion", 444, AddressValue.ONION),
  ONION3("onion3", 445, AddressValue.ONION3),
  GARLIC64("garlic64", 446, AddressValue.GARLIC64),
  GARLIC32("garlic32", 447, AddressValue.GARLIC32),
  TLS("tls", 448, AddressValue.NONE),
  SNI("sni", 449, AddressValue.NAME),
  NOISE("noise", 454, AddressValue.NONE),
  QUIC("quic", 460, AddressValue.NONE),
  QUIC_V1("quic-v1", 461, AddressValue.NONE),
  WEBTRANSPORT("webtransport", 465, AddressValue.NONE),
  CERTHASH("certhash", 466, AddressValue.HASH),
  WS("ws", 477, AddressValue.NONE),
  /** The old spelling of {@code /tls/ws}. */
  WSS("wss", 478, AddressValue.NONE),
  P2P_WEBSOCKET_STAR("p2p-websocket-star", 479, AddressValue.NONE),
  HTTP("http", 480, AddressValue.NONE),
  HTTP_PATH("http-path", 481, AddressValue.ESCAPED),
  /** Variable as in the table; some implementations take eight bytes. It never leaves a process. */
  MEMORY("memory", 777, AddressValue.NAME);

  /** The spelling of {@code p2p} before it had that name. */
  private static final String OLD_P2P = "ipfs";

  private static final Map<String, AddressProtocol> BY_LABEL = new HashMap<>();
  private static final Map<Long, AddressProtocol> BY_CODE = new HashMap<>();

  static {
    for (AddressProtocol protocol : values()) {
      BY_LABEL.put(protocol.label, protocol);
      BY_CODE.put((long) protocol.code, protocol);
    }
    BY_LABEL.put(OLD_P2P, P2P);
  }

  private final String label;
  private final int code;
  private final AddressValue value;

  AddressProtocol(String label, int code, AddressValue value) {
    this.label = label;
    this.code = code;
    this.value = value;
  }

  static @Nullable AddressProtocol labelled(String label) {
    return BY_LABEL.get(label);
  }

  static @Nullable AddressProtocol coded(long code) {
    return BY_CODE.get(code);
  }

  String label() {
    return label;
  }

  int code() {
    return code;
  }

  AddressValue value() {
    return value;
  }
}
