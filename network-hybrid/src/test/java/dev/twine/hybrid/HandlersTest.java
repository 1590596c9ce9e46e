package dev.twine.hybrid;

import static dev.twine.hybrid.Cluster.DEADLINE;
import static dev.twine.hybrid.Cluster.NEWS;
import static dev.twine.hybrid.Cluster.VOTE;
import static dev.twine.hybrid.Cluster.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.twine.gossip.GossipConfig;
import dev.twine.gossip.Limits;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.Tag;
import dev.twine.network.Verdict;
import dev.twine.testkit.Inbox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
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

  /** Validators run in parallel; who listens notices nothing of it. */
  @ParameterizedTest
  @EnumSource
  void aValidatorThatTakesItsTimeHoldsUpHandlersBehindItAndNoRelaying(Way way) throws Exception {
    List<GossipNode> line = line(way);
    var slow = new CompletableFuture<Void>();
    line.get(1).validate(NEWS, message -> {
      if (new String(message.payload(), UTF_8).equals("slow")) {
        slow.join();
      }
      return CompletableFuture.completedFuture(Verdict.ACCEPT);
    });
    var inTheMiddle = new Inbox();
    var atTheEnd = new Inbox();
    line.get(1).handle(NEWS, inTheMiddle);
    line.get(2).handle(NEWS, atTheEnd);

    line.get(0).broadcast(NEWS, text("slow"));
    line.get(0).broadcast(NEWS, text("behind"));

    atTheEnd.await(1, DEADLINE);
    assertThat(inTheMiddle.texts()).isEmpty();
    slow.complete(null);
    inTheMiddle.await(2, DEADLINE);
    assertThat(inTheMiddle.texts()).containsExactly("slow", "behind");
    atTheEnd.await(2, DEADLINE);
    assertThat(atTheEnd.texts()).containsExactly("behind", "slow");
  }

  @ParameterizedTest
  @EnumSource
  void aDirectMessageKeepsItsPlaceBehindABroadcastThatTakesTime(Way way) throws Exception {
    List<GossipNode> line = line(way);
    var heard = new Inbox();
    line.get(1).handle(NEWS, heard);
    var expected = new ArrayList<Integer>();
    for (int i = 0; i < 10; i++) {
      byte[] large = new byte[500_000];
      large[0] = (byte) i; // Another one each time.
      line.get(0).broadcast(NEWS, large);
      line.get(0).send(PeerRef.of(line.get(1).nodeId()), NEWS, text("direct"));
      expected.addAll(List.of(large.length, "direct".length()));
      heard.await(expected.size(), DEADLINE);
    }

    assertThat(heard.messages())
        .extracting(message -> message.payload().length)
        .containsExactlyElementsOf(expected);
  }

  /** Null would be a handler that hears nothing, and nobody would know why. */
  @Test
  void nullIsNoHandler() {
    GossipNode node = cluster.node(Kind.WS);

    for (Executable registration : List.<Executable>of(
        () -> node.handle(NEWS, null),
        () -> node.validate(NEWS, null),
        () -> node.answer(Tag.of("UE"), null),
        () -> node.tap(null),
        () -> node.serve("/x", null),
        () -> node.observe(null))) {
      assertThrows(NullPointerException.class, registration);
    }
  }

  private List<GossipNode> line(Way way) throws Exception {
    List<GossipNode> line =
        List.of(cluster.node(way.kind()), cluster.node(way.kind()), cluster.node(way.kind()));
    Cluster.connect(line.get(0), line.get(1), way.transport());
    Cluster.connect(line.get(1), line.get(2), way.transport());
    return line;
  }

  private static GossipConfig twoThreads(GossipConfig config) {
    Limits.Inbound usual = Limits.defaults().inbound();
    var two = new Limits.Inbound.Handling(usual.handling().validation(), 2);
    return config.withLimits(Limits.defaults().withInbound(usual.withHandling(two)));
  }
}
