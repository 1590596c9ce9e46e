package dev.twine.node.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twine.network.TwineException;
import dev.twine.node.text.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** JSON-RPC 2.0 over single calls; batches are refused. */
final class Rpc {
  private static final Logger LOG = LoggerFactory.getLogger("twine.admin");

  private final Map<String, RpcMethod> methods;

  Rpc(Map<String, RpcMethod> methods) {
    this.methods = Map.copyOf(methods);
  }

  /** Answers a body; empty for a notification, whose outcome nobody wants to know. */
  Optional<JsonNode> answer(byte[] body, BooleanSupplier gone) {
    JsonNode request;
    try {
      request = Json.parse(body);
    } catch (TwineException e) {
      return Optional.of(error(null, RpcException.PARSE_ERROR, String.valueOf(e.getMessage())));
    }
    JsonNode id = request.get("id");
    ObjectNode answer = answer(request, id, gone);
    boolean notification = request.isObject() && id == null && !answer.has("error");
    return notification ? Optional.empty() : Optional.of(answer);
  }

  /** The error of a call that is not JSON-RPC, in the form of one. */
  static byte[] errorBody(TwineException e) {
    return Json.line(error(null, e)).getBytes(StandardCharsets.UTF_8);
  }

  private ObjectNode answer(JsonNode request, @Nullable JsonNode id, BooleanSupplier gone) {
    try {
      JsonNode result = method(request).call(params(request), gone);
      ObjectNode answer = Json.object().put("jsonrpc", "2.0");
      answer.set("result", result);
      answer.set("id", id);
      return answer;
    } catch (RpcException e) {
      return error(id, e.code(), String.valueOf(e.getMessage()));
    } catch (TwineException e) {
      return error(id, e);
    } catch (Exception e) { // A caller gets an answer whatever goes wrong in a method.
      LOG.warn("admin call failed", e);
      return error(id, RpcException.INTERNAL_ERROR, "internal error, see the log of the node");
    }
  }

  private RpcMethod method(JsonNode request) {
    JsonNode id = request.get("id");
    boolean valid = request.isObject()
        && "2.0".equals(request.path("jsonrpc").asText())
        && request.path("method").isTextual()
        && (id == null || id.isTextual() || id.isNumber() || id.isNull());
    if (!valid) {
      throw new RpcException(RpcException.INVALID_REQUEST, "not a JSON-RPC 2.0 call");
    }
    RpcMethod method = methods.get(request.get("method").asText());
    if (method == null) {
      throw new RpcException(RpcException.METHOD_NOT_FOUND, "no such method");
    }
    return method;
  }

  private static Params params(JsonNode request) {
    JsonNode params = request.path("params");
    if (!params.isMissingNode() && !params.isObject()) {
      throw new RpcException(RpcException.INVALID_PARAMS, "parameters go by name");
    }
    return new Params(params);
  }

  private static ObjectNode error(@Nullable JsonNode id, TwineException e) {
    ObjectNode answer = error(id, RpcException.TWINE_ERROR, String.valueOf(e.getMessage()));
    ((ObjectNode) answer.get("error"))
        .putObject("data")
        .put("code", e.code().name())
        .put("what", e.what())
        .put("value", e.value())
        .put("remedy", e.remedy());
    return answer;
  }

  private static ObjectNode error(@Nullable JsonNode id, int code, String message) {
    ObjectNode answer = Json.object().put("jsonrpc", "2.0");
    answer.putObject("error").put("code", code).put("message", message);
    answer.set("id", id);
    return answer;
  }
}
