package dev.twine.hybrid;

import static dev.twine.hybrid.Cluster.NEWS;
import static dev.twine.hybrid.Cluster.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.TransportKind;
import dev.twine.testkit.Eventually;
import dev.twine.testkit.Inbox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Two nodes that get to each other by more than one way have one session. */
@Timeout(60)
class OneSessionTest {
  private static final int MESSAGES = 300;

  @AutoClose
  private final Cluster cluster = new Cluster();

  private GossipNode a;
  private GossipNode b;

  private void start(Kind kind) {
    a = cluster.node(kind);
    b = cluster.node(kind);
  }

  static List<Arguments> ways() {
    var ways = new ArrayList<Arguments>();
    for (Kind kind : Kind.values()) {
      for (TransportKind first : kind.transports()) {
        for (TransportKind second : kind.transports()) {
          ways.add(Arguments.of(kind, first, second, true));
          ways.add(Arguments.of(kind, first, second, false));
        }
      }
    }
    return ways;
  }

  @ParameterizedTest
  @MethodSource("ways")
  void oneAfterTheOther(Kind kind, TransportKind first, TransportKind second, boolean sameSide)
      throws Exception {
    start(kind);
    Cluster.connect(a, b, first);

    settle(Cluster.dial(sameSide ? a : b, sameSide ? b : a, second));

    assertOneSession();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void bothAtOnce(Kind kind, TransportKind first, TransportKind second, boolean sameSide) {
    start(kind);
    CompletableFuture<PeerInfo> one = Cluster.dial(a, b, first);
    CompletableFuture<PeerInfo> two = Cluster.dial(sameSide ? a : b, sameSide ? b : a, second);

    settle(one);
    settle(two);

    assertOneSession();
  }

  @ParameterizedTest
  @EnumSource
  void allWaysAtOnce(Kind kind) {
    start(kind);

    crossedDials(kind).forEach(OneSessionTest::settle);

    assertOneSession();
  }

  /** What is sent from the first session on arrives once, whichever sessions come and go meanwhile. */
  @ParameterizedTest
  @EnumSource
  void noMessageIsLostOrDoubledWhileSessionsCross(Kind kind) throws Exception {
    start(kind);
    var atA = new Inbox();
    var atB = new Inbox();
    a.handle(NEWS, atA);
    b.handle(NEWS, atB);
    List<String> fromA = new ArrayList<>();
    List<String> fromB = new ArrayList<>();
    Cluster.connect(a, b, kind.transport(0));

    List<CompletableFuture<PeerInfo>> dials = crossedDials(kind);
    for (int i = 0; i < MESSAGES; i++) {
      send(a, "a" + i, fromA);
      send(b, "b" + i, fromB);
    }
    dials.forEach(OneSessionTest::settle);
    assertOneSession();
    send(a, "the last of a", fromA);
    send(b, "the last of b", fromB);

    atB.await(fromA.size(), Cluster.DEADLINE);
    atA.await(fromB.size(), Cluster.DEADLINE);
    assertThat(atB.texts()).containsExactlyInAnyOrderElementsOf(fromA);
    assertThat(atA.texts()).containsExactlyInAnyOrderElementsOf(fromB);
  }

  private static void send(GossipNode node, String text, List<String> sent) throws Exception {
    assertThat(node.broadcast(NEWS, text(text)).awaitQueued(Cluster.DEADLINE)).isTrue();
    sent.add(text);
  }

  private List<CompletableFuture<PeerInfo>> crossedDials(Kind kind) {
    List<CompletableFuture<PeerInfo>> dials = new ArrayList<>();
    for (TransportKind transport : kind.transports()) {
      dials.add(Cluster.dial(b, a, transport));
      dials.add(Cluster.dial(a, b, transport));
    }
    return dials;
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
