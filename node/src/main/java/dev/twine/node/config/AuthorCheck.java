package dev.twine.node.config;

import dev.twine.gossip.BadMessageException;
import dev.twine.gossip.Envelope;
import dev.twine.gossip.TagTable;
import dev.twine.network.GossipNode;
import dev.twine.network.Message;
import dev.twine.network.MessageValidator;
import dev.twine.network.Registration;
import dev.twine.network.Verdict;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Stops envelopes that are malformed or whose signature is not that of their author, so that nobody
 * speaks in the name of another. The neighbour that brings one has not looked and is disconnected.
 *
 * <p>An unsigned envelope passes: it is a message without an author, and shown as one.
 */
public final class AuthorCheck implements MessageValidator {
  private AuthorCheck() {}

  /** Makes a node check every envelope before it handles it or passes it on. */
  public static Registration on(GossipNode node) {
    return node.validate(TagTable.ENVELOPE, new AuthorCheck());
  }

  @Override
  public CompletionStage<Verdict> validate(Message message) {
    return CompletableFuture.completedFuture(
        isHonest(message.payload()) ? Verdict.ACCEPT : Verdict.REJECT);
  }

  /** Whether these bytes are an envelope that names no author, or proves the one that it names. */
  public static boolean isHonest(byte[] payload) {
    try {
      Envelope envelope = Envelope.parse(payload);
      return envelope.signature() == null || envelope.isAuthentic();
    } catch (BadMessageException e) {
      return false;
    }
  }
}
