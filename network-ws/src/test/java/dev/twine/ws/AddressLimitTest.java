package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Limits;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two sessions for each address of this machine's loopback, which is not exempt here. */
@Timeout(30)
class AddressLimitTest {
  private GossipNode node;

  @BeforeEach
  void start() {
    Limits.Sessions two = new Limits.Sessions(100, 2, false, 100, 64, Duration.ofSeconds(10));
    node = WsNetwork.create(
        GossipConfig.of(NodeKey.generate(KeyType.ED25519), "net")
            .withLimits(Limits.defaults().withSessions(two)),
        WsConfig.listening("127.0.0.1", 0));
    node.start();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static InetAddress host(int lastByte) throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) lastByte});
  }

  private Socket upgrade(int lastByte) throws IOException {
    int port = node.addresses().get(0).port();
    var socket = new Socket(host(1), port, host(lastByte), 0);
    socket.setSoTimeout(15_000);
    Map<String, String> headers = RawHttp.upgradeHeaders();
    String request = RawHttp.request("GET /v1/net/gossip HTTP/1.1", headers);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static int status(Socket socket) throws IOException {
    byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 101".length());
    return Integer.parseInt(new String(line, 9, 3, StandardCharsets.US_ASCII));
  }

  @Test
  void thirdSessionOfOneAddressIsRefusedAndThatOfAnotherIsNot() throws IOException {
    try (Socket first = upgrade(1);
        Socket second = upgrade(1)) {
      assertThat(status(first)).isEqualTo(101);
      assertThat(status(second)).isEqualTo(101);
      try (Socket third = upgrade(1);
          Socket other = upgrade(2)) {
        assertThat(status(third)).isEqualTo(503);
        assertThat(status(other)).isEqualTo(101);
      }
    }
    await().until(() -> node.peers().list().isEmpty());
    try (Socket again = upgrade(1)) {
      assertThat(status(again)).isEqualTo(101);
    }
  }
}
