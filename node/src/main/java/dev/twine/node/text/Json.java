package dev.twine.node.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.io.IOException;

/** JSON trees: no reflection on our types, and fields in the order in which they were put. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** One line, without a line end. */
  public static String line(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always writable", e);
    }
  }

  /**
   * Reads one document.
   *
   * @throws TwineException of code BAD_VALUE if it is not JSON
   */
  public static JsonNode parse(byte[] utf8) {
    try {
      JsonNode node = MAPPER.readTree(utf8);
      if (node != null && !node.isMissingNode()) {
        return node;
      }
    } catch (IOException e) {
      throw new TwineException(
          Code.BAD_VALUE, "not JSON", Escape.log(String.valueOf(e.getMessage())), "send JSON", e);
    }
    throw new TwineException(Code.BAD_VALUE, "not JSON", "(empty)", "send JSON");
  }

  /** A number of milliseconds to three decimals, null if it is not known. */
  public static ObjectNode putMillis(ObjectNode object, String field, double millis) {
    if (Double.isNaN(millis)) {
      return object.putNull(field);
    }
    return object.put(field, Math.round(millis * 1_000) / 1_000.0);
  }
}
