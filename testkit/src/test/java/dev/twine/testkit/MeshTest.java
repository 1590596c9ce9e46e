package dev.twine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.MeshConfig;
import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.Transport;
import dev.twine.gossip.TransportContext;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerRef;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class MeshTest {
  @AutoClose
  private final Nodes nodes = new Nodes();

  private final ManualClock clock = new ManualClock();

  @Test
  void theMeshDialsAsManyAsItsFanout() {
    var phonebook = new ArrayList<Address>();
    for (int i = 0; i < 4; i++) {
      phonebook.add(nodes.ws().addresses().get(0));
    }

    GossipNode node = dialler(MeshConfig.defaults().withFanout(2).withPhonebook(phonebook));

    Eventually.until("two sessions", () -> node.peers().list().size() == 2);
    clock.advance(Duration.ofSeconds(12));
    assertThat(node.peers().list()).hasSize(2);
  }

  @Test
  void aStaticPeerIsDialledAgainWithJitteredBackOffUntilItIsThere() {
    Address address = Address.parse("ws://127.0.0.1:4777");
    List<NodeEvent> events = new CopyOnWriteArrayList<>();
    GossipNode node = dialler(MeshConfig.defaults().withStaticPeers(List.of(address)));
    node.observe(events::add);
    for (int i = 0; i < 120; i++) {
      clock.advance(Duration.ofSeconds(1));
    }
    Eventually.until("failures are reported", () -> events.size() >= 3);
    assertThat(events)
        .allSatisfy(event -> assertThat(event)
            .isInstanceOfSatisfying(
                NodeEvent.DialFailed.class,
                failed -> assertThat(failed.retryInMillis()).isBetween(1_000L, 60_000L)));

    nodes.node(x -> x, nodes.network.transport(TransportKind.WS, 4777));

    Eventually.asTimePasses(clock, "it is there", () -> node.peers().list().size() == 1);
  }

  @Test
  void aStaticPeerThatWasDisconnectedComesBack() {
    GossipNode peer = nodes.ws();
    GossipNode node =
        dialler(MeshConfig.defaults().withStaticPeers(List.of(peer.addresses().get(0))));
    Eventually.until("it is there", () -> Nodes.knows(node, peer.nodeId()));
    long first = node.peers().list().get(0).session().number();

    node.peers().disconnect(PeerRef.of(peer.nodeId()));

    Eventually.asTimePasses(clock, "it is back", () -> Nodes.knows(node, peer.nodeId()));
    assertThat(node.peers().list().get(0).session().number()).isGreaterThan(first);
  }

  @Test
  void anAddressOfThisNodeItselfIsForgotten() {
    List<NodeEvent> events = new CopyOnWriteArrayList<>();
    Address own = Address.parse("ws://127.0.0.1:4778");
    GossipNode node = nodes.node(
        x -> x.withClock(clock).withMesh(MeshConfig.defaults().withPhonebook(List.of(own))),
        nodes.network.transport(TransportKind.WS, 4778));
    node.observe(events::add);
    Eventually.until(
        "it is noticed and the dial has ended",
        () -> Nodes.refused(node, "self") >= 1 && Nodes.metric(node, "twine_dials_total") >= 1);
    double before = Nodes.metric(node, "twine_dials_total");

    clock.advance(Duration.ofMinutes(10));

    assertThat(Nodes.metric(node, "twine_dials_total")).isLessThanOrEqualTo(before + 1);
    assertThat(node.peers().list()).isEmpty();
  }

  /** As when the address has no node ID in it and the transport words the failure its own way. */
  @Test
  void anAddressThatLedToANodeWithASessionIsNotDialledWhileThatLasts() {
    GossipNode peer = nodes.ws();
    Address other = Address.parse("ws://127.0.0.1:4779");
    var by = new TwineException(Code.DUPLICATE_ID, "there is one", "" + peer.nodeId(), "use it");
    var transport = new Misleading(nodes.network.client(TransportKind.WS), other, by);
    var mesh = MeshConfig.defaults()
        .withStaticPeers(List.of(peer.addresses().get(0)))
        .withPhonebook(List.of(other));
    GossipNode node = nodes.node(x -> x.withClock(clock).withMesh(mesh), transport);
    Eventually.until("it is there", () -> Nodes.knows(node, peer.nodeId()));
    int before = transport.dialled.get();

    for (int i = 0; i < 12; i++) {
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(transport.dialled.get()).isBetween(1, before + 1);
  }

  private GossipNode dialler(MeshConfig mesh) {
    return nodes.node(
        x -> x.withClock(clock).withMesh(mesh), nodes.network.client(TransportKind.WS));
  }

  /** Answers for one address that a session exists. */
  private static final class Misleading implements Transport {
    private final Transport usual;
    private final Address address;
    private final TwineException cause;
    private final AtomicInteger dialled = new AtomicInteger();

    Misleading(Transport usual, Address address, TwineException cause) {
      this.usual = usual;
      this.address = address;
      this.cause = cause;
    }

    @Override
    public TransportKind kind() {
      return usual.kind();
    }

    @Override
    public List<Address> listen(TransportContext context) {
      return usual.listen(context);
    }

    @Override
    public boolean canDial(Address asked) {
      return usual.canDial(asked);
    }

    @Override
    public CompletableFuture<SessionHandle> dial(Address asked, Duration deadline) {
      if (!asked.equals(address)) {
        return usual.dial(asked, deadline);
      }
      dialled.incrementAndGet();
      return CompletableFuture.failedFuture(
          new TwineException(cause.code(), "there is one", "" + address, "use it", cause));
    }

    @Override
    public void close() {
      usual.close();
    }
  }
}
