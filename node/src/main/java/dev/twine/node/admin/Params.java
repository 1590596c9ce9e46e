package dev.twine.node.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.network.PeerRef;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.util.Optional;

/** The named parameters of a call, each read with its type and range. */
record Params(JsonNode json) {
  String text(String name) {
    return find(name)
        .orElseThrow(() -> new RpcException(RpcException.INVALID_PARAMS, "missing " + name))
        .asText();
  }

  Optional<String> optionalText(String name) {
    return find(name).map(JsonNode::asText);
  }

  long number(String name, long defaultValue, long min, long max) {
    long value = find(name).map(Params::integer).orElse(defaultValue);
    if (value < min || value > max) {
      throw new TwineException(
          Code.BAD_VALUE, name + " out of range", "" + value, "give " + min + " to " + max);
    }
    return value;
  }

  double decimal(String name, double defaultValue) {
    return find(name).map(JsonNode::asDouble).orElse(defaultValue);
  }

  PeerRef peer(String name) {
    return peer(text(name), name);
  }

  static PeerRef peer(String text, String name) {
    try {
      return PeerRef.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TwineException(
          Code.BAD_VALUE,
          "malformed " + name,
          text,
          "give a node ID or a session such as s1, as twine peers shows them",
          e);
    }
  }

  private Optional<JsonNode> find(String name) {
    return Optional.ofNullable(json.get(name)).filter(value -> !value.isNull());
  }

  private static long integer(JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new RpcException(RpcException.INVALID_PARAMS, "not a number: " + value.getNodeType());
    }
    return value.asLong();
  }
}
