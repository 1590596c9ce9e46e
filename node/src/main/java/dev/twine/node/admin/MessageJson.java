package dev.twine.node.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.gossip.BadMessageException;
import dev.twine.gossip.Envelope;
import dev.twine.gossip.TagTable;
import dev.twine.network.Message;
import dev.twine.node.text.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One line of {@code twine listen}. */
final class MessageJson {
  private MessageJson() {}

  /**
   * The message as it is shown: of an envelope its author, if the signature proves one, and
   * what is in it, of anything else the bytes.
   *
   * @param checked whether the node has checked signatures before; else it costs a check
   */
  static ObjectNode of(Message message, boolean checked) {
    Envelope envelope = envelope(message);
    byte[] body = envelope == null ? message.payload() : envelope.payload();
    Message.Via via = message.via();
    ObjectNode json = Json.object()
        .put("tag", message.tag().toString())
        .put("origin", author(envelope, checked))
        .put(
            "via",
            via.nodeId() == null ? via.session().toString() : via.nodeId().toString())
        .put("transport", via.transport().label())
        .put("size", body.length)
        .put("receivedAt", message.receivedAt().toString());
    String text = text(body);
    return text != null
        ? json.put("text", text)
        : json.put("base64", Base64.getEncoder().encodeToString(body));
  }

  private static @Nullable String author(@Nullable Envelope envelope, boolean checked) {
    if (envelope == null || envelope.signature() == null) {
      return null;
    }
    return checked || envelope.isAuthentic() ? envelope.origin().toString() : null;
  }

  private static @Nullable Envelope envelope(Message message) {
    if (!message.tag().equals(TagTable.ENVELOPE)) {
      return null;
    }
    try {
      return Envelope.parse(message.payload());
    } catch (BadMessageException e) {
      return null;
    }
  }

  private static @Nullable String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
