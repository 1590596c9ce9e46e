package dev.twine.ws;

import dev.twine.gossip.CloseReason;
import dev.twine.gossip.IdentityChallenge;
import dev.twine.gossip.LocalNode;
import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.SessionTerms;
import dev.twine.gossip.TransportContext;
import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.channel.Channel;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who answered a dial, opens the session and ends the dial. A node ID in the address must be
 * proven, by the answer to the challenge or by a message of the session; a mere claim is not enough.
 */
final class ClientOpening {
  private static final Logger LOG = LoggerFactory.getLogger(ClientOpening.class);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Dial dial;
  private final Address address;
  private final TransportContext context;
  private final IdentityChallenge.@Nullable Dialler challenge;

  ClientOpening(Dial dial) {
    this.dial = dial;
    this.address = dial.address();
    this.context = dial.dialler().context();
    LocalNode local = context.local();
    // An answer can be passed on by a node in between. Where the certificate does not rule that
    // out,
    // only the proof will do that covers the connection.
    boolean relayable = address.secure() && dial.dialler().trustsAnyCertificate();
    this.challenge = IdentityChallenge.supports(local.key()) && !relayable
        ? IdentityChallenge.dial(local.key(), name(address), RANDOM)
        : null;
  }

  /** A node that is known by its ID is challenged by it, since it may have many addresses. */
  private static String name(Address address) {
    return address.nodeId().map(NodeId::toString).orElseGet(address::hostAndPort);
  }

  /** The value of the request header; null if there is none. */
  @Nullable
  String challenge() {
    return challenge == null ? null : challenge.header();
  }

  /** Judges the answer to the challenge, on another thread if it takes signatures. */
  CompletableFuture<Optional<IdentityChallenge.Proven>> identify(Hello theirs) {
    IdentityChallenge.Dialler asked = challenge;
    if (asked == null || theirs.challenge() == null) {
      return CompletableFuture.completedFuture(Optional.empty())
          .thenApply(none -> expected(theirs, Optional.empty()));
    }
    try {
      return CompletableFuture.supplyAsync(
          () -> expected(theirs, asked.response(theirs.challenge())),
          dial.dialler().handshakes());
    } catch (RejectedExecutionException full) {
      return CompletableFuture.failedFuture(DialStep.IDENTITY.refused(
          Code.REFUSED, "too many handshakes at a time", address, "try again later"));
    }
  }

  /** Turns away who does not even claim to be the node in the address. */
  private Optional<IdentityChallenge.Proven> expected(
      Hello theirs, Optional<IdentityChallenge.Proven> proven) {
    NodeId expected = address.nodeId().orElse(null);
    NodeId shown = proven.isPresent() ? proven.get().key().nodeId() : theirs.claimedId();
    if (expected != null && !Objects.equals(expected, shown)) {
      throw DialStep.IDENTITY.refused(
          shown == null ? "the peer does not say who it is" : "another node answers, " + shown,
          address);
    }
    return proven;
  }

  /** Opens the session, in this turn of the loop. */
  void open(Channel channel, SessionTerms terms, WsSession session) {
    try {
      SessionHandle handle = context.open(channel, terms);
      session.opened(handle);
      NodeId expected = address.nodeId().orElse(null);
      if (expected == null || terms.provenId() != null) {
        deliver(handle);
      } else {
        awaitProof(handle, expected);
      }
    } catch (TwineException e) {
      session.close(channel, GossipFrames.closeReason(e));
      dial.fail(DialStep.IDENTITY.refused(e, address));
    } catch (RuntimeException e) {
      LOG.warn("cannot open a session with {}", address, e);
      channel.close();
      dial.fail(DialStep.UPGRADE.refused("this node failed to open the session", address));
    }
  }

  /** The dial's deadline covers this too. */
  private void awaitProof(SessionHandle handle, NodeId expected) {
    dial.at(DialStep.IDENTITY);
    handle.proven().thenAccept(id -> {
      if (id.equals(expected)) {
        deliver(handle);
      } else {
        handle.close(CloseReason.of(CloseReason.Kind.BAD_IDENTITY));
      }
    });
    handle.closed().thenAccept(reason -> dial.fail(unproven(reason)));
  }

  private TwineException unproven(CloseReason reason) {
    Code code = switch (reason.kind()) {
      case DUPLICATE_ID, REPLACED -> Code.DUPLICATE_ID;
      case SELF -> Code.SELF;
      default -> Code.REFUSED;
    };
    return DialStep.IDENTITY.refused(
        code, "closed before the peer proved who it is", address, reason.text());
  }

  private void deliver(SessionHandle handle) {
    if (!dial.succeed(handle)) {
      handle.close(GossipFrames.unwanted());
    }
  }
}
