package dev.twine.node.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.BooleanSupplier;

/** One method of the API. Called on a thread that may block. */
@FunctionalInterface
interface RpcMethod {
  /**
   * Answers one call.
   *
   * @param params of the call
   * @param gone true once nobody waits for the answer, so that long work can stop
   */
  JsonNode call(Params params, BooleanSupplier gone) throws Exception;
}
