package dev.twine.hybrid;

import static dev.twine.hybrid.Cluster.DEADLINE;
import static dev.twine.hybrid.Cluster.NEWS;
import static dev.twine.hybrid.Cluster.TX;
import static dev.twine.hybrid.Cluster.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.GossipNode;
import dev.twine.network.Message;
import dev.twine.network.Receipt.Refusal;
import dev.twine.network.Tag;
import dev.twine.testkit.Eventually;
import dev.twine.testkit.Inbox;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is sent arrives, once, where it should and nowhere else. */
@Timeout(60)
class DeliveryTest {
  private static final int MESSAGES = 100;

  @AutoClose
  private final Cluster cluster = new Cluster();

  @ParameterizedTest
  @EnumSource
  void twoNodesHearEachOtherInOrder(Way way) throws Exception {
    GossipNode a = cluster.node(way.kind());
    GossipNode b = cluster.node(way.kind());
    Inbox atA = inbox(a, NEWS);
    Inbox atB = inbox(b, NEWS);
    Cluster.connect(a, b, way.transport());

    for (int i = 0; i < MESSAGES; i++) {
      a.broadcast(NEWS, text("a" + i));
      b.broadcast(NEWS, text("b" + i));
    }

    Message first = atB.await(MESSAGES, DEADLINE).get(0);
    atA.await(MESSAGES, DEADLINE);
    assertThat(atB.texts()).containsExactlyElementsOf(numbered("a"));
    assertThat(atA.texts()).containsExactlyElementsOf(numbered("b"));
    assertThat(first.via().nodeId()).isEqualTo(a.nodeId());
    assertThat(first.via().transport()).isEqualTo(way.transport());
  }

  @ParameterizedTest
  @EnumSource
  void aNodeThatListensNowhereTakesPart(Way way) throws Exception {
    GossipNode client = cluster.client(way.kind(), config -> config);
    GossipNode node = cluster.node(way.kind());
    Inbox atClient = inbox(client, NEWS);
    Inbox atNode = inbox(node, NEWS);
    Cluster.connect(client, node, way.transport());

    client.broadcast(NEWS, text("from the client"));
    node.broadcast(NEWS, text("to the client"));

    atNode.await(1, DEADLINE);
    atClient.await(1, DEADLINE);
    assertThat(client.addresses()).isEmpty();
    assertThat(atClient.texts()).containsExactly("to the client");
  }

  @ParameterizedTest
  @EnumSource
  void theLargestMessageArrives(Way way) throws Exception {
    GossipNode a = cluster.node(way.kind());
    GossipNode b = cluster.node(way.kind());
    Tag bundle = Tag.of("VB");
    Inbox atB = inbox(b, bundle);
    Cluster.connect(a, b, way.transport());

    assertThat(a.broadcast(bundle, new byte[(6 << 20) + 1]).refusal()).contains(Refusal.TOO_LARGE);
    a.broadcast(bundle, new byte[6 << 20]);

    assertThat(atB.await(1, DEADLINE).get(0).payload()).hasSize(6 << 20);
  }

  @ParameterizedTest
  @EnumSource
  void aProposalIsCompressedOnTheWireAndTravelsOnAsItWas(Way way) throws Exception {
    Tag tag = Tag.of("PP");
    List<GossipNode> line = line(way.kind(), 3);
    Inbox atEnd = inbox(line.get(2), tag);
    byte[] proposal = new byte[1 << 20];
    Arrays.fill(proposal, (byte) 7);

    line.get(0).broadcast(tag, proposal);

    assertThat(atEnd.await(1, DEADLINE).get(0).payload()).isEqualTo(proposal);
    assertThat(Cluster.metric(line.get(2), "twine_bytes_received_total", "PP")).isLessThan(10_000);
  }

  @ParameterizedTest
  @EnumSource
  void aLineOfNodesCarriesEachMessageOnceToItsEnd(Kind kind) throws Exception {
    List<GossipNode> line = line(kind, 5);
    Inbox atEnd = inbox(line.get(4), NEWS);
    Inbox atStart = inbox(line.get(0), NEWS);

    for (int i = 0; i < MESSAGES; i++) {
      line.get(0).broadcast(NEWS, text("m" + i));
    }
    atEnd.await(MESSAGES, DEADLINE);
    line.get(4).broadcast(NEWS, text("back"));

    atStart.await(1, DEADLINE);
    assertThat(atEnd.texts()).containsExactlyInAnyOrderElementsOf(numbered("m"));
    assertThat(atStart.texts()).containsExactly("back");
  }

  @ParameterizedTest
  @EnumSource
  void whoIsExceptedIsTheOnlyOneThatGetsNothing(Way way) throws Exception {
    GossipNode hub = cluster.node(way.kind());
    List<GossipNode> others =
        IntStream.range(0, 3).mapToObj(i -> cluster.node(way.kind())).toList();
    for (GossipNode other : others) {
      Cluster.connect(other, hub, way.transport());
    }
    List<Inbox> inboxes = others.stream().map(other -> inbox(other, NEWS)).toList();

    hub.relay(NEWS, text("not for the second"), Cluster.ref(others.get(1)));
    hub.broadcast(NEWS, text("for all"));

    for (int i = 0; i < others.size(); i++) {
      inboxes.get(i).await(i == 1 ? 1 : 2, DEADLINE);
    }
    assertThat(inboxes.get(0).texts()).containsExactly("not for the second", "for all");
    assertThat(inboxes.get(1).texts()).containsExactly("for all");
    assertThat(inboxes.get(2).texts()).containsExactly("not for the second", "for all");
  }

  @ParameterizedTest
  @EnumSource
  void aDirectSendDoesNotTravelOn(Way way) throws Exception {
    List<GossipNode> line = line(way.kind(), 3);
    Inbox atMiddle = inbox(line.get(1), NEWS);
    Inbox atEnd = inbox(line.get(2), NEWS);

    line.get(0).send(Cluster.ref(line.get(1)), NEWS, text("only you"));
    atMiddle.await(1, DEADLINE);
    line.get(0).broadcast(NEWS, text("all"));

    atEnd.await(1, DEADLINE);
    assertThat(atMiddle.texts()).startsWith("only you");
    assertThat(atEnd.texts()).containsExactly("all");
  }

  @ParameterizedTest
  @EnumSource
  void whoDoesNotRelayKeepsWhatItGetsAndIsHeardItself(Way way) throws Exception {
    GossipNode leaf = cluster.node(way.kind(), config -> config.withRelays(false));
    Inbox atEnd = middle(way, leaf, "unheard");

    assertThat(atEnd.texts()).containsExactly("from the middle");
  }

  /** It need not listen to be a relay. */
  @ParameterizedTest
  @EnumSource
  void aNodeThatListensNowhereRelaysIfItIsToldTo(Way way) throws Exception {
    GossipNode client = cluster.client(way.kind(), config -> config.withRelays(true));
    Inbox atEnd = middle(way, client, "heard");

    assertThat(atEnd.texts()).containsExactly("heard", "from the middle");
  }

  /** A session on each side of the node; a message of one side, then one of its own. */
  private Inbox middle(Way way, GossipNode middle, String text) throws Exception {
    GossipNode start = cluster.node(way.kind());
    GossipNode end = cluster.node(way.kind());
    Cluster.connect(middle, start, way.transport());
    Cluster.connect(middle, end, way.transport());
    Inbox atMiddle = inbox(middle, TX);
    Inbox atEnd = inbox(end, TX);

    start.broadcast(TX, text(text));
    atMiddle.await(1, DEADLINE);
    middle.broadcast(TX, text("from the middle"));

    Eventually.until("the last one is there", () -> atEnd.texts().contains("from the middle"));
    return atEnd;
  }

  private List<GossipNode> line(Kind kind, int length) throws Exception {
    List<GossipNode> line =
        IntStream.range(0, length).mapToObj(i -> cluster.node(kind)).toList();
    for (int i = 1; i < length; i++) {
      Cluster.connect(line.get(i - 1), line.get(i), kind.transport(i));
    }
    return line;
  }

  private static Inbox inbox(GossipNode node, Tag tag) {
    var inbox = new Inbox();
    node.handle(tag, inbox);
    return inbox;
  }

  private static List<String> numbered(String prefix) {
    return IntStream.range(0, MESSAGES).mapToObj(i -> prefix + i).toList();
  }
}
