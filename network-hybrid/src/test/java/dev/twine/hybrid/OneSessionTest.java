package dev.twine.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.TransportKind;
import dev.twine.testkit.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two hybrid nodes that get to each other by more than one way have one session. */
@Timeout(60)
class OneSessionTest {
  private final Cluster cluster = new Cluster();
  private final GossipNode a = cluster.hybrid();
  private final GossipNode b = cluster.hybrid();

  @AfterEach
  void close() {
    cluster.close();
  }

  static List<Arguments> ways() {
    var ways = new ArrayList<Arguments>();
    for (TransportKind first : TransportKind.values()) {
      for (TransportKind second : TransportKind.values()) {
        ways.add(Arguments.of(first, second, true));
        ways.add(Arguments.of(first, second, false));
      }
    }
    return ways;
  }

  @ParameterizedTest
  @MethodSource("ways")
  void oneAfterTheOther(TransportKind first, TransportKind second, boolean sameSide)
      throws Exception {
    Cluster.connect(a, b, first);

    settle(Cluster.dial(sameSide ? a : b, sameSide ? b : a, second));

    assertOneSession();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void bothAtOnce(TransportKind first, TransportKind second, boolean sameSide) {
    CompletableFuture<PeerInfo> one = Cluster.dial(a, b, first);
    CompletableFuture<PeerInfo> two = Cluster.dial(sameSide ? a : b, sameSide ? b : a, second);

    settle(one);
    settle(two);

    assertOneSession();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void allFourWaysAtOnce(boolean wsFirst) {
    List<CompletableFuture<PeerInfo>> dials = new ArrayList<>();
    for (TransportKind transport : TransportKind.values()) {
      TransportKind kind =
          wsFirst == (transport == TransportKind.WS) ? TransportKind.WS : TransportKind.P2P;
      dials.add(Cluster.dial(a, b, kind));
      dials.add(Cluster.dial(b, a, kind));
    }

    dials.forEach(OneSessionTest::settle);

    assertOneSession();
  }

  private static void settle(CompletableFuture<PeerInfo> dial) {
    dial.handle((info, failure) -> info).orTimeout(15, TimeUnit.SECONDS).join();
  }

  private void assertOneSession() {
    Eventually.until(
        () -> "one session, the same at both ends: " + a.peers().list()
            + b.peers().list(),
        () -> isTheOnly(a, b) && isTheOnly(b, a) && sameSession());
    assertThat(a.peers().list().get(0).transport())
        .isEqualTo(b.peers().list().get(0).transport());
  }

  private boolean sameSession() {
    PeerInfo atA = a.peers().list().get(0);
    PeerInfo atB = b.peers().list().get(0);
    return atA.transport() == atB.transport() && atA.direction() != atB.direction();
  }

  private static boolean isTheOnly(GossipNode node, GossipNode peer) {
    List<PeerInfo> list = node.peers().list();
    return list.size() == 1 && peer.nodeId().equals(list.get(0).nodeId());
  }
}
