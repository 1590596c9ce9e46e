package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.Message;
import dev.twine.network.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole nodes over loopback. */
@Timeout(60)
class WsNetworkTest {
  private static final Tag TX = Tag.of("TX");

  private static GossipNode node(String networkId) {
    return WsNetwork.create(
        GossipConfig.of(NodeKey.generate(KeyType.ED25519), networkId)
            .withDiscovery(Discovery.none()),
        WsConfig.listening("127.0.0.1", 0));
  }

  private static void connect(GossipNode from, GossipNode to) throws Exception {
    Address plain = to.addresses().get(0);
    Address named = Address.parse("ws://" + to.nodeId() + "@" + plain.hostAndPort());
    from.peers().connect(named, Duration.ofSeconds(10)).get(15, TimeUnit.SECONDS);
  }

  @Test
  void nodesExchangeBroadcastsThroughARelay() throws Exception {
    try (GossipNode a = node("net");
        GossipNode b = node("net");
        GossipNode c = node("net")) {
      List<Message> atA = new CopyOnWriteArrayList<>();
      List<Message> atC = new CopyOnWriteArrayList<>();
      a.handle(TX, atA::add);
      c.handle(TX, atC::add);
      for (GossipNode node : List.of(a, b, c)) {
        node.start();
      }
      connect(a, b);
      connect(c, b);
      await().until(() -> b.peers().list().size() == 2);

      for (int i = 0; i < 100; i++) {
        a.broadcast(TX, ("from a " + i).getBytes(StandardCharsets.UTF_8));
        c.broadcast(TX, ("from c " + i).getBytes(StandardCharsets.UTF_8));
      }

      await().atMost(Duration.ofSeconds(20)).until(() -> atA.size() == 100 && atC.size() == 100);
      assertThat(atC.get(0).via().nodeId()).isEqualTo(b.nodeId());
    }
  }

  @Test
  void bothEndsKnowEachOther() throws Exception {
    try (GossipNode a = node("net");
        GossipNode b = node("net")) {
      a.start();
      b.start();
      connect(a, b);

      await().untilAsserted(() -> {
        assertThat(a.peers().list()).singleElement().extracting("nodeId").isEqualTo(b.nodeId());
        assertThat(b.peers().list()).singleElement().extracting("nodeId").isEqualTo(a.nodeId());
      });
    }
  }
}
