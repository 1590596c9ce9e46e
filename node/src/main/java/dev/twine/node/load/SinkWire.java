package dev.twine.node.load;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** How a sink reads a server. */
enum SinkWire {
  /** The gossip upgrade of a node; messages carry a tag. */
  GOSSIP,
  /** A gossip stream over libp2p, of the first version; messages carry a length and a tag. */
  GOSSIP_STREAM,
  /** A plain WebSocket upgrade. */
  WEBSOCKET,
  /** Nothing but lengths. */
  LENGTH_PREFIXED,
  /** Nothing but lengths, on a libp2p stream. */
  LIBP2P_STREAM;

  private static final int KEY_BYTES = 16;
  private static final int RANDOM_BYTES = 10;

  boolean isWebSocket() {
    return this == GOSSIP || this == WEBSOCKET;
  }

  /** Whether a receiver is a libp2p host. */
  boolean isStream() {
    return this == GOSSIP_STREAM || this == LIBP2P_STREAM;
  }

  /** Whether the server is a node, which sends other messages too. */
  boolean isGossip() {
    return this == GOSSIP || this == GOSSIP_STREAM;
  }

  /** Bytes in front of a payload that belong to the message and not to the payload. */
  int prefix() {
    return isGossip() ? 2 : 0;
  }

  /** What to send first; empty if there is no handshake. */
  byte[] hello(String host) {
    if (!isWebSocket()) {
      return this == GOSSIP_STREAM ? new byte[] {'1'} : new byte[0];
    }
    var request = new StringBuilder("GET ")
        .append(this == GOSSIP ? "/v1/" + NodeServer.NETWORK + "/gossip" : "/")
        .append(" HTTP/1.1\r\nHost: ")
        .append(host)
        .append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")
        .append("Sec-WebSocket-Key: ")
        .append(random(KEY_BYTES))
        .append("\r\n");
    if (this == GOSSIP) {
      request
          .append("User-Agent: twine-sink\r\nX-Algorand-Version: 2.2\r\n")
          .append("X-Algorand-Accept-Version: 2.2\r\nX-Algorand-NodeRandom: ")
          .append(random(RANDOM_BYTES))
          .append("\r\nX-Algorand-Genesis: ")
          .append(NodeServer.NETWORK)
          .append("\r\n");
    }
    return request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return Base64.getEncoder().encodeToString(random);
  }
}
