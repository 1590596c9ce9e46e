package dev.twine.network;

/**
 * Consumes the messages of one tag.
 *
 * <p>Calls are serial per (peer, lane) and parallel across peers. A handler may block, and may
 * broadcast, send and request; while it does so only that peer's further messages of that lane wait.
 */
@FunctionalInterface
public interface MessageHandler {
  /** Handles one message. What it throws is logged and counted, and changes nothing else. */
  void handle(Message message) throws Exception;
}
