package dev.twine.hybrid;

import static dev.twine.hybrid.Cluster.DEADLINE;
import static dev.twine.hybrid.Cluster.NEWS;
import static dev.twine.hybrid.Cluster.VOTE;
import static dev.twine.hybrid.Cluster.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Limits;
import dev.twine.network.GossipNode;
import dev.twine.testkit.Inbox;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers that block hold up what they must and nothing else. */
@Timeout(60)
class HandlersTest {
  @AutoClose
  private final Cluster cluster = new Cluster();

  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void release() {
    release.countDown();
  }

  @ParameterizedTest
  @EnumSource
  void oneThatBlocksHoldsUpNeitherTheOtherLaneNorOtherPeersNorRelaying(Way way) throws Exception {
    GossipNode hub = cluster.node(way.kind());
    GossipNode a = cluster.node(way.kind());
    GossipNode c = cluster.node(way.kind());
    Cluster.connect(a, hub, way.transport());
    Cluster.connect(c, hub, way.transport());
    var bulk = new Inbox();
    var votes = new Inbox();
    var atC = new Inbox();
    hub.handle(NEWS, message -> {
      if (a.nodeId().equals(message.via().nodeId())) {
        release.await();
      }
      bulk.handle(message);
    });
    hub.handle(VOTE, votes);
    c.handle(NEWS, atC);

    a.broadcast(NEWS, text("stuck"));
    atC.await(1, DEADLINE);
    a.broadcast(NEWS, text("behind"));
    a.broadcast(VOTE, text("overtakes"));
    c.broadcast(NEWS, text("from c"));

    votes.await(1, DEADLINE);
    bulk.await(1, DEADLINE);
    assertThat(bulk.texts()).containsExactly("from c");
    atC.await(2, DEADLINE);
    release.countDown();
    bulk.await(3, DEADLINE);
    assertThat(bulk.texts()).containsExactly("from c", "stuck", "behind");
  }

  /** As many peers as threads: bulk stands, votes do not, and each handler that ends lets one go on. */
  @ParameterizedTest
  @EnumSource
  void whenAllThreadsOfALaneAreTakenTheOtherGoesOnAndOneThatIsFreedTakesTheNext(Way way)
      throws Exception {
    GossipNode hub = cluster.node(way.kind(), HandlersTest::twoThreads);
    var ends = new Semaphore(0);
    var begun = new Semaphore(0);
    var votes = new Inbox();
    hub.handle(NEWS, message -> {
      begun.release();
      ends.acquire();
    });
    hub.handle(VOTE, votes);
    GossipNode[] peers = new GossipNode[3];
    for (int i = 0; i < peers.length; i++) {
      peers[i] = cluster.node(way.kind());
      Cluster.connect(peers[i], hub, way.transport());
      peers[i].broadcast(NEWS, text("blocks " + i));
    }
    begun.acquire(2);

    peers[2].broadcast(VOTE, text("aye"));
    votes.await(1, DEADLINE);
    assertThat(begun.availablePermits()).isZero();
    ends.release();

    begun.acquire();
    ends.release(peers.length);
  }

  private static GossipConfig twoThreads(GossipConfig config) {
    Limits.Inbound usual = Limits.defaults().inbound();
    var two = new Limits.Inbound.Handling(usual.handling().validation(), 2);
    return config.withLimits(Limits.defaults().withInbound(usual.withHandling(two)));
  }
}
