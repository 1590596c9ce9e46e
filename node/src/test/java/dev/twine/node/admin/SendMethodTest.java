package dev.twine.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.twine.gossip.GossipConfig;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import dev.twine.node.text.Json;
import dev.twine.ws.WsConfig;
import dev.twine.ws.WsNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
  @CsvSource({"TX, NO_SUCH_PEER", "Q9, BAD_VALUE", ", NO_SUCH_PEER"})
  void anUnknownTagIsAMistakeAndNobodyToSendToIsNone(String tag, Code code) {
    var params = Json.object().put("text", "hello");
    if (tag != null) {
      params.put("tag", tag);
    }

    assertThatExceptionOfType(TwineException.class)
        .isThrownBy(() -> method.call(new Params(params), () -> false))
        .satisfies(failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
