package dev.twine.hybrid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.IdentityChallenge;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * go-algorand's identity challenge at its three steps, which WebSocket alone has: without it a peer is
 * nobody, with one that does not hold it is refused or cut.
 */
@Timeout(60)
class ChallengeTest {
  private static final String HEADER = "X-Algorand-IdentityChallenge";

  /** What becomes of the header of the first step. */
  enum Request {
    MISSING(header -> "", true),
    NOT_BASE64(header -> "%%%", false),
    NOT_MSGPACK(header -> base64("not a map"), false),
    CUT(header -> header.substring(0, header.length() / 2), false),
    WRONG_SIGNATURE(Request::changed, false);

    @SuppressWarnings("ImmutableEnumChecker") // They hold no state.
    private final UnaryOperator<String> change;

    private final boolean taken;

    Request(UnaryOperator<String> change, boolean taken) {
      this.change = change;
      this.taken = taken;
    }

    private static String changed(String header) {
      byte[] bytes = Base64.getDecoder().decode(header);
      bytes[bytes.length - 1] ^= 1;
      return Base64.getEncoder().encodeToString(bytes);
    }

    private static String base64(String text) {
      return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** What becomes of the message of the last step. */
  enum Verification {
    MISSING,
    NOT_MSGPACK,
    WRONG_SIGNATURE,
    OF_ANOTHER_SESSION;

    private String of(Challenger peer, Challenger other) {
      String sound = "NI" + peer.verification();
      return switch (this) {
        case MISSING -> "TXsomething else";
        case NOT_MSGPACK -> "NInot a map";
        case WRONG_SIGNATURE ->
          sound.substring(0, sound.length() - 1) + (char) (sound.charAt(sound.length() - 1) ^ 1);
        case OF_ANOTHER_SESSION -> "NI" + other.verification();
      };
    }
  }

  private static final List<Kind> KINDS = List.of(Kind.WS, Kind.HYBRID);

  @AutoClose
  private final Cluster cluster = new Cluster();

  private final NodeKey key = NodeKey.generate(KeyType.ED25519);

  @ParameterizedTest
  @EnumSource
  void aRequestThatDoesNotHoldIsRefusedAndNoneIsNoFault(Request request) throws Exception {
    for (Kind kind : KINDS) {
      GossipNode node = cluster.node(kind);
      String header = request.change.apply(dialler(node.nodeId().toString()).header());
      try (var peer = new RawWs(Map.of(HEADER, header))) {
        if (request.taken) {
          assertThatIsNobody(peer, node);
        } else {
          assertThatThrownBy(() -> peer.dial(node)).hasMessageContaining("HTTP/1.1 400");
          assertThat(node.peers().list()).isEmpty();
        }
      }
    }
  }

  /** It is for somebody else, which is no fault of the peer's either. */
  @Test
  void aRequestToAnotherNameIsNotAnswered() throws Exception {
    for (Kind kind : KINDS) {
      GossipNode node = cluster.node(kind);
      try (var peer = new RawWs(Map.of(HEADER, dialler("elsewhere:4160").header()))) {
        assertThatIsNobody(peer, node);
      }
    }
  }

  @Test
  void whoFinishesTheChallengeIsKnownAndASecondOneWithTheKeyIsCut() throws Exception {
    for (Kind kind : KINDS) {
      GossipNode node = cluster.node(kind);
      try (var first = new Challenger(node);
          var second = new Challenger(node)) {
        first.peer.send("NI" + first.verification());
        Eventually.until("the first is known", () -> key.nodeId().equals(first.known()));

        second.peer.send("NI" + second.verification());

        second.peer.awaitEnd();
        assertThat(second.peer.lastWords()).startsWith("1002 ");
        assertThat(first.known()).isEqualTo(key.nodeId());
      }
      Eventually.until("both have left", () -> node.peers().list().isEmpty());
      try (var third = new Challenger(node)) {
        third.peer.send("NI" + third.verification());
        Eventually.until("the key is free again", () -> key.nodeId().equals(third.known()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aVerificationThatDoesNotHoldEndsThatSessionAndNoneChangesNothing(Verification verification)
      throws Exception {
    for (Kind kind : KINDS) {
      GossipNode node = cluster.node(kind);
      try (var peer = new Challenger(node);
          var other = new Challenger(node)) {
        peer.peer.send(verification.of(peer, other));

        if (verification == Verification.MISSING) {
          Eventually.until(
              "it is heard",
              () -> Cluster.metric(node, "twine_messages_received_total", "TX") == 1);
          assertThat(peer.known()).isNull();
        } else {
          peer.peer.awaitEnd();
          assertThat(Cluster.refused(node, "bad-identity")).isEqualTo(1);
        }
        assertThat(other.peer.session(node)).isPresent();
      }
    }
  }

  private static void assertThatIsNobody(RawWs peer, GossipNode node) throws Exception {
    peer.dial(node);
    Eventually.until("a session", () -> peer.session(node).isPresent());
    assertThat(peer.header(HEADER)).isEmpty();
    assertThat(peer.session(node).orElseThrow().nodeId()).isNull();
  }

  private IdentityChallenge.Dialler dialler(String address) {
    return IdentityChallenge.dial(key, address, new SecureRandom());
  }

  /** A peer whose request the node has answered. */
  private final class Challenger implements AutoCloseable {
    private final IdentityChallenge.Dialler dialler;
    private final GossipNode node;
    private final RawWs peer;

    Challenger(GossipNode node) throws Exception {
      this.node = node;
      dialler = dialler(node.nodeId().toString());
      peer = new RawWs(Map.of(HEADER, dialler.header()));
      peer.dial(node);
      Eventually.until("a session", () -> peer.session(node).isPresent());
    }

    NodeId known() {
      return peer.session(node).orElseThrow().nodeId();
    }

    String verification() {
      byte[] body = dialler.response(peer.header(HEADER)).orElseThrow().verification();
      return new String(body, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
      peer.close();
    }
  }
}
