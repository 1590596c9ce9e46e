package dev.twine.ws;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Loops;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.NodeEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SrvLookupTest {
  private static final String NAME = "_algobootstrap._tcp.net.test";
  private static final Loops LOOPS = Loops.start(1);

  private final SrvServer server = new SrvServer(LOOPS);
  private final SrvLookup lookup = new SrvLookup(LOOPS, List.of(server.address()));

  @AfterEach
  void close() {
    lookup.close();
    server.close();
  }

  @AfterAll
  static void stopLoops() {
    LOOPS.close();
  }

  @Test
  void listenersAreFoundByTheirRecords() throws Exception {
    server.add(NAME, "r1.net.test", 4_160);
    server.add(NAME, "192.0.2.1", 4_161);
    assertThat(found(NAME))
        .containsExactlyInAnyOrder(
            Address.ws("r1.net.test", 4_160), Address.ws("192.0.2.1", 4_161));
    assertThat(found("wss://" + NAME)).contains(Address.parse("wss://r1.net.test:4160"));
  }

  @Test
  void recordsThatAreNoneAreLeftOut() throws Exception {
    server.add(NAME, new byte[] {0, 1, 0, 1, 16});
    server.add(NAME, new byte[] {0, 1, 0, 1, 16, 64, 63, 120});
    server.add(NAME, new byte[] {0, 1, 0, 1, 16, 64, (byte) 0xc0, (byte) 0xff});
    server.add(NAME, new byte[] {0, 1, 0, 1, 16, 64, 0});
    server.add(NAME, "no-port.test", 0);
    server.add(NAME, "r1.net.test", 4_160);
    assertThat(found(NAME)).containsExactly(Address.ws("r1.net.test", 4_160));
  }

  @Test
  void aNameThatDoesNotExistFails() {
    assertThatThrownBy(() -> found("_none._tcp.net.test")).hasMessageContaining("_none._tcp");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "net.test", "_a._udp.net.test", "/dnsaddr/net.test", "http://_a._tcp.b"})
  void namesOfAnotherFormAreNotOurs(String name) {
    assertThat(lookup.lookUp(name)).isEmpty();
  }

  @Test
  void aClosedLookupFails() {
    lookup.close();
    assertThatThrownBy(() -> found(NAME)).hasMessageContaining("closed");
  }

  @Test
  void aNodeFindsItsFirstPeerByNameAndWarnsUntilThereIsOne() throws Exception {
    WsConfig client = WsConfig.client().withDnsServers(List.of(server.address()));
    try (GossipNode relay = node(List.of(), WsConfig.listening("127.0.0.1", 0));
        GossipNode node = node(List.of(NAME), client)) {
      List<NodeEvent> events = new CopyOnWriteArrayList<>();
      node.observe(events::add);
      relay.start();
      node.start();
      await()
          .untilAsserted(() -> assertThat(events)
              .anySatisfy(event -> assertThat(event)
                  .isInstanceOfSatisfying(
                      NodeEvent.Warning.class,
                      warning -> assertThat(warning.text())
                          .contains("no addresses under a bootstrap name: " + NAME))));

      server.add(NAME, "127.0.0.1", relay.addresses().get(0).port());

      await().atMost(Duration.ofSeconds(20)).until(() -> !node.peers().list().isEmpty());
    }
  }

  private static GossipNode node(List<String> names, WsConfig config) {
    return WsNetwork.create(
        GossipConfig.of(NodeKey.generate(KeyType.ED25519), "net")
            .withDiscovery(Discovery.defaults().withNames(names)),
        config);
  }

  private List<Address> found(String name) throws Exception {
    return lookup.lookUp(name).orElseThrow().get(10, SECONDS);
  }
}
