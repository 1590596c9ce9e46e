package dev.twine.ws;

import dev.twine.gossip.BadMessageException;
import dev.twine.gossip.IdentityChallenge;
import dev.twine.gossip.IdentityCheck;
import dev.twine.gossip.LocalNode;
import dev.twine.gossip.Permit;
import dev.twine.gossip.SessionTerms;
import dev.twine.gossip.TransportContext;
import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One gossip upgrade on the side of the listener, from the request to the session. */
final class ServerUpgrade {
  private static final Logger LOG = LoggerFactory.getLogger(ServerUpgrade.class);

  private final Reception reception;
  private final TransportContext context;
  private final Channel channel;
  private final InetSocketAddress remote;

  private @Nullable Permit permit;
  private @Nullable Hello hello;
  private String key = "";
  private IdentityChallenge.@Nullable Pending identity;
  private boolean early;

  ServerUpgrade(Reception reception, Channel channel) {
    this.reception = reception;
    this.context = reception.context();
    this.channel = channel;
    this.remote = (InetSocketAddress) channel.remoteAddress();
  }

  /**
   * Checks a request in go-algorand's order, but for the challenge, whose signature costs most and so
   * comes last. Null if it may go on; else nothing is held.
   */
  @Nullable
  Refusal judge(String networkId, HttpRequest request) {
    Optional<Permit> room = context.admit(remote.getAddress(), Direction.IN);
    if (room.isEmpty()) {
      return new Refusal(503, "", null);
    }
    permit = room.get();
    Hello theirs = Hello.read(request.headers());
    Refusal refusal = ServerHandshake.size(request.headers());
    if (refusal == null) {
      refusal = ServerHandshake.gossip(networkId, theirs, context.local());
    }
    if (refusal == null) {
      refusal = ServerHandshake.webSocket(request);
    }
    if (refusal != null) {
      abandon();
      return refusal;
    }
    hello = theirs;
    key = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "");
    return null;
  }

  /** Judges the challenge, on another thread if there is one. Empty if the upgrade may go on. */
  CompletableFuture<Optional<Refusal>> identify() {
    var listener = reception.identity();
    String header = hello == null ? null : hello.challenge();
    if (listener == null || header == null) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    try {
      return CompletableFuture.supplyAsync(
          () -> challenge(listener, header), reception.handshakes());
    } catch (RejectedExecutionException full) {
      return CompletableFuture.completedFuture(
          Optional.of(new Refusal(503, "", ServerGate.HANDSHAKES_FULL)));
    }
  }

  /** Whoever waits for the result sees what this writes. */
  private Optional<Refusal> challenge(IdentityChallenge.Listener listener, String header) {
    try {
      identity = listener.challenge(header).orElse(null);
      return Optional.empty();
    } catch (BadMessageException e) {
      return Optional.of(new Refusal(400, "identity challenge: " + e.getMessage(), "identity"));
    }
  }

  void tooEarly() {
    early = true;
  }

  /** Whether the client sent anything before it had its answer. */
  boolean isTooEarly() {
    return early;
  }

  void abandon() {
    if (permit != null) {
      permit.close();
      permit = null;
    }
  }

  /** Answers 101 and opens the session, in one turn of the loop. The HTTP codec is gone already. */
  void complete(ChannelHandlerContext gate) {
    Hello theirs = hello;
    Permit room = permit;
    if (theirs == null || room == null) {
      throw new IllegalStateException("the upgrade was not accepted");
    }
    permit = null;
    var tls = TlsState.of(channel, true);
    byte[] nonce = Nonce.create(tls.canExport());
    String answer = identity == null ? null : identity.header();
    var ours = Hello.of(context.local(), nonce, answer);
    // Flushed when the session is open: whoever has the answer gets what is broadcast from then on.
    gate.write(UpgradeText.response(gate.alloc(), ServerHandshake.accept(key), ours));
    boolean twine1 = theirs.features().contains(LocalNode.TWINE1);
    var session = new WsSession(false, twine1);
    var reader = new FrameReader(true, context.tags()::maxMessageBytes);
    gate.pipeline().addLast(reader, session);
    open(session, terms(theirs, nonce, tls, session, room));
    channel.flush();
  }

  private void open(WsSession session, SessionTerms terms) {
    try {
      session.opened(context.open(channel, terms));
    } catch (TwineException e) {
      session.close(channel, GossipFrames.closeReason(e));
    } catch (RuntimeException e) {
      LOG.warn("cannot open a session with {}", terms.address(), e);
      channel.close();
    }
  }

  private SessionTerms terms(
      Hello theirs, byte[] nonce, TlsState tls, WsSession session, Permit room) {
    Address dialBack = DialBack.of(theirs.location(), remote.getAddress(), tls.present());
    return new SessionTerms(
        TransportKind.WS,
        Direction.IN,
        GossipFrames.text(remote),
        dialBack,
        theirs.agent(),
        theirs.features(),
        null,
        theirs.claimedId(),
        theirs.randomBytes(),
        nonce,
        theirs.nonce(),
        tls.binding(nonce, theirs.nonce()),
        WsForm.SERVER,
        session,
        identityCheck(),
        List.of(),
        dialBack == null ? null : reception.route(dialBack),
        room);
  }

  private @Nullable IdentityCheck identityCheck() {
    var pending = identity;
    if (pending == null) {
      return null;
    }
    return body -> {
      pending.verify(body);
      NodeId proven = pending.claimed().nodeId();
      return Optional.of(proven);
    };
  }
}
