package dev.twine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.Discovery;
import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.GossipEngine;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.NodeEvent;
import dev.twine.network.TransportKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is started again with the file of its peers. */
class PeerstoreRestartTest {
  @AutoClose
  private final Nodes nodes = new Nodes();

  private final ManualClock clock = new ManualClock();

  @TempDir
  private Path directory;

  @Test
  void aNodeThatIsStartedAgainFindsThePeersThatItWasOnceToldOf() throws Exception {
    GossipNode peer = nodes.ws();
    Path file = directory.resolve("peers");
    try (GossipNode node = node(file, new CopyOnWriteArrayList<>())) {
      nodes.connect(node, peer);
    }
    assertThat(file).content().contains(peer.addresses().get(0).toString());

    try (GossipNode again = node(file, new CopyOnWriteArrayList<>())) {
      Eventually.until("they meet again", () -> Nodes.knows(again, peer.nodeId()));
    }
  }

  @Test
  void whatIsKnownIsWrittenWhileTheNodeRuns() throws Exception {
    GossipNode peer = nodes.ws();
    Path file = directory.resolve("peers");
    try (GossipNode node = node(file, new CopyOnWriteArrayList<>())) {
      nodes.connect(node, peer);
      clock.advance(Duration.ofSeconds(29));
      assertThat(file).doesNotExist();
      clock.advance(Duration.ofSeconds(1));
      Eventually.until("it is written", () -> Files.exists(file));
    }
  }

  @Test
  void aDamagedFileIsSetAsideWithAWarningAndTheNodeStarts() throws IOException {
    Path file = directory.resolve("peers");
    Files.writeString(file, "rubbish\n");
    List<NodeEvent> events = new CopyOnWriteArrayList<>();
    try (GossipNode node = node(file, events)) {
      Eventually.until("it is told", () -> !events.isEmpty());
      assertThat(events)
          .singleElement()
          .isInstanceOfSatisfying(
              NodeEvent.Warning.class,
              warning -> assertThat(warning.text())
                  .contains("damaged file of known peers")
                  .contains(file.toString())
                  .contains("peers.damaged"));
      assertThat(node.peers().list()).isEmpty();
    }
    assertThat(directory.resolve("peers.damaged")).hasContent("rubbish\n");
  }

  @Test
  void aFileThatCannotBeWrittenIsReportedOnce() throws Exception {
    GossipNode peer = nodes.ws();
    List<NodeEvent> events = new CopyOnWriteArrayList<>();
    try (GossipNode node = node(directory.resolve("nowhere").resolve("peers"), events)) {
      nodes.connect(node, peer);
      for (int i = 0; i < 3; i++) {
        clock.advance(Duration.ofSeconds(30));
      }
      Eventually.until("it is told", () -> events.stream().anyMatch(this::isWarning));
    }
    assertThat(events.stream().filter(this::isWarning)).hasSize(1);
  }

  private boolean isWarning(NodeEvent event) {
    return event instanceof NodeEvent.Warning;
  }

  private GossipNode node(Path file, List<NodeEvent> events) {
    GossipConfig config = GossipConfig.of(NodeKey.generate(KeyType.ED25519), Nodes.NETWORK)
        .withLoops(nodes.network.loops())
        .withClock(clock)
        .withDiscovery(Discovery.defaults().withPeerstore(file));
    GossipNode node = GossipEngine.create(config, List.of(nodes.network.client(TransportKind.WS)));
    node.observe(events::add);
    node.start();
    return node;
  }
}
