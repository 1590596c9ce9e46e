package dev.twine.network;

import java.util.concurrent.CompletionStage;

/**
 * Decides whether a message is handled and travels on.
 *
 * <p>Called on a validation thread, never on an event loop, concurrently for different messages.
 * No verdict within the node's validation deadline counts as {@link Verdict#IGNORE}, as does a stage
 * that fails.
 */
@FunctionalInterface
public interface MessageValidator {
  CompletionStage<Verdict> validate(Message message);
}
