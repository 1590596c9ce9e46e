package dev.twine.hybrid;

import static dev.twine.hybrid.Cluster.DEADLINE;
import static dev.twine.hybrid.Cluster.NEWS;
import static dev.twine.hybrid.Cluster.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.MeshConfig;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.testkit.Eventually;
import dev.twine.testkit.Inbox;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A network whose only way from one end to the other is gone has one again when it is back. */
@Timeout(60)
class HealingTest {
  @AutoClose
  private final Cluster cluster = new Cluster();

  @ParameterizedTest
  @EnumSource
  void aLineHealsWhenItsMiddleComesBack(Way way) throws Exception {
    GossipConfig config = cluster.config();
    GossipNode middle = cluster.start(way.kind().listening(config));
    List<Address> place = middle.addresses();
    Address known = Cluster.address(middle, way.transport());
    GossipNode start = end(way, known);
    GossipNode end = end(way, known);
    var atEnd = new Inbox();
    end.handle(NEWS, atEnd);
    awaitLine(start, middle, end);
    start.broadcast(NEWS, text("before"));
    atEnd.await(1, DEADLINE);

    middle.close();
    Eventually.until(
        "both are alone",
        () -> start.peers().list().isEmpty() && end.peers().list().isEmpty());
    start.broadcast(NEWS, text("unheard"));
    awaitLine(start, cluster.start(way.kind().listening(config, place)), end);
    start.broadcast(NEWS, text("after"));

    atEnd.await(2, DEADLINE);
    assertThat(atEnd.texts()).containsExactly("before", "after");
  }

  private GossipNode end(Way way, Address middle) {
    return cluster.client(
        way.kind(),
        config -> config.withMesh(MeshConfig.defaults()
            .withStaticPeers(List.of(middle))
            .withBackoff(Duration.ofMillis(50), Duration.ofMillis(200))));
  }

  private static void awaitLine(GossipNode start, GossipNode middle, GossipNode end) {
    Eventually.until(
        () -> "all know their neighbours: " + middle.peers().list(),
        () -> Stream.of(start, end)
            .allMatch(node -> Cluster.session(node, middle).isPresent()
                && Cluster.session(middle, node).isPresent()));
  }
}
