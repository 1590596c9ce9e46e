package dev.twine.node.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.node.text.Json;
import java.util.stream.Stream;

/** The document that every benchmark prints. */
final class Report {
  private static final String SCHEMA = "twine.bench/1";

  private Report() {}

  static ObjectNode json(ObjectNode env, Stream<ObjectNode> rows) {
    ObjectNode json = Json.object().put("schema", SCHEMA);
    json.set("env", env);
    ArrayNode array = json.putArray("rows");
    rows.forEach(array::add);
    return json;
  }
}
