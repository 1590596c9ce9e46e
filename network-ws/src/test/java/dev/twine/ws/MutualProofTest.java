package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nodes that know no name of each other's, as behind port 0 or NAT, learn who they are. */
class MutualProofTest {
  @Test
  void aNodeThatIsDialledUnderANameThatIsNotItsOwnIsKnownByItsProof() {
    try (GossipNode listener =
        WsNetwork.create(HostileNetwork.config(), WsConfig.listening("127.0.0.1", 0))) {
      listener.start();
      // The listener answers challenges to 127.0.0.1 alone.
      Address other = Address.ws("localhost", listener.addresses().get(0).port());
      try (GossipNode dialler = HostileNetwork.peer(other)) {
        HostileNetwork.await(
            Duration.ofSeconds(15),
            "both are known",
            () -> dialler.nodeId().equals(peerOf(listener))
                && listener.nodeId().equals(peerOf(dialler)));

        assertThat(listener.peers().list()).hasSize(1);
      }
    }
  }

  private static @Nullable NodeId peerOf(GossipNode node) {
    List<PeerInfo> peers = node.peers().list();
    return peers.isEmpty() ? null : peers.get(0).nodeId();
  }
}
