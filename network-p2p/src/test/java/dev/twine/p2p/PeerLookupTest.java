package dev.twine.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.GossipEngine;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.NameResolver;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.testkit.Eventually;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that find their first peer under a name. */
class PeerLookupTest {
  private static final String ID =
      NodeKey.ed25519FromSeed(new byte[32]).nodeId().toString();

  private final Map<String, List<String>> records = new ConcurrentHashMap<>();
  private final List<GossipNode> nodes = new ArrayList<>();
  private final P2pTransport transport = new P2pTransport(P2pConfig.client(), new Records(records));

  @AfterEach
  void close() {
    nodes.forEach(GossipNode::close);
  }

  @Test
  void aNodeFindsItsFirstPeerByName() {
    var listening = new P2pTransport(P2pConfig.listening("/ip4/127.0.0.1/tcp/0"));
    GossipNode relay = start(Discovery.none(), listening);
    String address = relay.addresses().get(0).toString();
    records.put("_dnsaddr.net.test", List.of("dnsaddr=" + address));

    GossipNode node = start(Discovery.none().withNames(List.of("/dnsaddr/net.test")), transport);

    Eventually.until(
        "they have met",
        () -> node.peers().list().stream().anyMatch(peer -> relay.nodeId().equals(peer.nodeId())));
  }

  @Test
  void whatNamesItsPeerIsFoundAndNothingElse() throws Exception {
    String tcp = "/ip4/192.0.2.1/tcp/1/p2p/" + ID;
    String named = "/dns4/relay.test/tcp/2/p2p/" + ID;
    String further = "/dnsaddr/more.test/p2p/" + ID;
    records.put(
        "_dnsaddr.net.test",
        List.of(
            "dnsaddr=" + tcp,
            "dnsaddr=" + named,
            "dnsaddr=" + further,
            "dnsaddr=/ip4/192.0.2.1/tcp/3",
            "dnsaddr=rubbish",
            "something else"));
    start(Discovery.none(), transport);

    assertThat(found("/dnsaddr/net.test"))
        .containsExactly(Address.parse(tcp), Address.parse(named), Address.parse(further));
  }

  @Test
  void aNameWithNothingUnderItFailsAndSaysWhich() {
    records.put("_dnsaddr.empty.test", List.of());
    start(Discovery.none(), transport);
    assertThatThrownBy(() -> found("/dnsaddr/none.test")).hasMessageContaining("none.test");
    assertThatThrownBy(() -> found("/dnsaddr/empty.test")).hasMessageContaining("empty.test");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "net.test", "_a._tcp.net.test", "/dnsaddr/", "/dnsaddr/a b", "/dnsaddr/a/b"})
  void namesOfAnotherFormAreNotOurs(String name) {
    start(Discovery.none(), transport);
    assertThat(transport.lookUp(name)).isEmpty();
  }

  @Test
  void aTransportThatDoesNotRunLooksNothingUp() {
    assertThat(transport.lookUp("/dnsaddr/net.test")).isEmpty();
  }

  private List<Address> found(String name) throws Exception {
    return transport.lookUp(name).orElseThrow().get(10, TimeUnit.SECONDS);
  }

  private GossipNode start(Discovery discovery, P2pTransport strand) {
    GossipNode node = GossipEngine.create(
        GossipConfig.of(NodeKey.generate(KeyType.ED25519), "net").withDiscovery(discovery),
        List.of(strand));
    nodes.add(node);
    node.start();
    return node;
  }

  /** TXT records, and no hosts. */
  private record Records(Map<String, List<String>> texts) implements NameResolver {
    @Override
    public CompletableFuture<List<InetAddress>> resolve(String host) {
      return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletableFuture<List<String>> texts(String name) {
      List<String> found = texts.get(name);
      return found == null
          ? CompletableFuture.failedFuture(new IllegalArgumentException("no such name: " + name))
          : CompletableFuture.completedFuture(found);
    }
  }
}
