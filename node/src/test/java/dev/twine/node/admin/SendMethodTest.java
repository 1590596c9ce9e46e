package dev.twine.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.twine.gossip.Envelope;
import dev.twine.gossip.GossipConfig;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.FakeNode;
import dev.twine.node.text.Json;
import dev.twine.ws.WsConfig;
import dev.twine.ws.WsNetwork;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node without peers says to one who sends. */
class SendMethodTest {
  private final NodeKey key = NodeKey.generate(KeyType.ED25519);
  private final GossipNode node = WsNetwork.create(GossipConfig.of(key, "demo"), WsConfig.client());
  private final SendMethod method =
      new SendMethod(new ManagedNode(node, key, "ws", "test", false, true, 0));

  @BeforeEach
  void start() {
    node.start();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({"TX, NO_SUCH_PEER", "Q9, BAD_VALUE", ", NO_SUCH_PEER", "tw, NO_SUCH_PEER"})
  void anUnknownTagIsAMistakeAndNobodyToSendToIsNone(String tag, Code code) {
    var params = Json.object().put("text", "hello");
    if (tag != null) {
      params.put("tag", tag);
    }

    assertThatExceptionOfType(TwineException.class)
        .isThrownBy(() -> method.call(new Params(params), () -> false))
        .satisfies(failure -> assertThat(failure.code()).isEqualTo(code));
  }

  /** Neighbours take who brings one for a forger, and end their sessions with this node. */
  @ParameterizedTest
  @CsvSource({"hello, ", ", 3"})
  void whatIsNoEnvelopeIsNotSentAsOne(String text, Integer size) {
    var sender = new FakeNode();
    var params = Json.object().put("tag", "tw").put("text", text);
    if (size != null) {
      params.put("size", size).put("count", 2);
    }

    assertThatExceptionOfType(TwineException.class)
        .isThrownBy(() -> method(sender).call(new Params(params), () -> false))
        .satisfies(failure -> assertThat(failure.code()).isEqualTo(Code.BAD_VALUE))
        .withMessageContaining("tw")
        .withMessageContaining("leave out the tag");
    assertThat(sender.sent).noneMatch(sent -> sent.payload().length > 0);
  }

  @Test
  void anEnvelopeThatTheUserMadeIsSentAsItIs() throws Exception {
    var sender = new FakeNode();
    byte[] envelope = Envelope.of(
            new byte[16], Envelope.BROADCAST, Instant.EPOCH, sender.nodeId(), new byte[] {1})
        .signed(sender.key)
        .encode();
    var params =
        Json.object().put("tag", "tw").put("base64", Base64.getEncoder().encodeToString(envelope));

    method(sender).call(new Params(params), () -> false);

    assertThat(sender.sent)
        .last()
        .satisfies(sent -> assertThat(sent.payload()).isEqualTo(envelope));
  }

  private static SendMethod method(FakeNode sender) {
    return new SendMethod(new ManagedNode(sender, sender.key, "ws", "test", false, true, 0));
  }
}
