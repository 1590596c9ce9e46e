package dev.twine.network;

import java.util.concurrent.CompletionStage;

/**
 * Answers the requests of one tag.
 *
 * <p>Called like a {@link MessageHandler}. A stage that fails sends the peer an answer with the one
 * topic {@code Error}; one that is not done within the node's answer deadline sends none.
 */
@FunctionalInterface
public interface RequestHandler {
  /**
   * Answers one request.
   *
   * @param request what was asked, without the nonce
   * @param via who asked
   */
  CompletionStage<Topics> answer(Topics request, Message.Via via);
}
