package dev.twine.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.gossip.Envelope;
import dev.twine.gossip.TagTable;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Message;
import dev.twine.network.PeerRef;
import dev.twine.network.TransportKind;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MessageJsonTest {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

  private final NodeKey author = NodeKey.generate(KeyType.ED25519);
  private final Envelope unsigned = Envelope.of(
      Envelope.newId(new SecureRandom()),
      Envelope.BROADCAST,
      Instant.now(),
      author.nodeId(),
      HELLO);

  @Test
  void aProvenAuthorIsShown() {
    JsonNode shown = show(unsigned.signed(author).encode());

    assertThat(shown.get("origin").asText()).isEqualTo(author.nodeId().toString());
    assertThat(shown.get("text").asText()).isEqualTo("hello");
  }

  @Test
  void anAuthorWithoutASignatureIsNot() {
    JsonNode shown = show(unsigned.encode());

    assertThat(shown.get("origin").isNull()).isTrue();
    assertThat(shown.get("via").asText()).isEqualTo("s7");
    assertThat(shown.get("text").asText()).isEqualTo("hello");
  }

  @Test
  void anAuthorUnderTheSignatureOfAnotherIsNot() {
    NodeKey forger = NodeKey.generate(KeyType.ED25519);
    var own = Envelope.of(
            unsigned.id(), unsigned.type(), unsigned.created(), forger.nodeId(), HELLO)
        .signed(forger);
    var forged = new Envelope(
        own.id(), own.type(), own.created(), author.nodeId(), null, own.signature(), HELLO);

    assertThat(show(forged.encode()).get("origin").isNull()).isTrue();
  }

  @Test
  void whatTheNodeHasCheckedIsNotCheckedAgain() {
    JsonNode signed = show(unsigned.signed(author).encode(), true);

    assertThat(signed.get("origin").asText()).isEqualTo(author.nodeId().toString());
    assertThat(show(unsigned.encode(), true).get("origin").isNull()).isTrue();
  }

  private static JsonNode show(byte[] payload) {
    return show(payload, false);
  }

  private static JsonNode show(byte[] payload, boolean checked) {
    var via = new Message.Via(new PeerRef.Session(7), null, TransportKind.WS);
    return MessageJson.of(new Message(TagTable.ENVELOPE, payload, via, Instant.now()), checked);
  }
}
