package dev.twine.testkit;

import dev.twine.gossip.CloseReason;
import dev.twine.gossip.IdentityChallenge;
import dev.twine.gossip.IdentityCheck;
import dev.twine.gossip.LocalNode;
import dev.twine.gossip.Permit;
import dev.twine.gossip.SessionControl;
import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.SessionTerms;
import dev.twine.gossip.TransportContext;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Exchanges hellos: the dialler's, then the listener's; then both ends open a session. */
final class MemoryHandshake extends ChannelInboundHandlerAdapter implements SessionControl {
  /** One object, so that all peers of all nodes share frames. */
  private static final MemoryFrame FORM = new MemoryFrame();

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_BYTES = 32;

  private final TransportContext node;
  private final TransportKind kind;
  private final Direction direction;
  private final String address;
  private final Permit permit;
  private final Hello own;
  private @Nullable IdentityCheck challenge;
  private final CompletableFuture<SessionHandle> opened = new CompletableFuture<>();

  MemoryHandshake(
      TransportContext node,
      TransportKind kind,
      Direction direction,
      String address,
      String dialBack,
      Permit permit) {
    this.node = node;
    this.kind = kind;
    this.direction = direction;
    this.address = address;
    this.permit = permit;
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    LocalNode local = node.local();
    own = new Hello(
        local.networkId(),
        local.nodeId(),
        local.agent(),
        local.nodeRandom(),
        nonce,
        local.features(),
        dialBack,
        "");
  }

  CompletableFuture<SessionHandle> opened() {
    return opened;
  }

  /** Any thread. */
  void fail(TwineException reason) {
    if (opened.completeExceptionally(reason)) {
      permit.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (direction == Direction.OUT) {
      context.writeAndFlush(MemoryFrame.hello(own, context.alloc()));
    }
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof Hello hello) {
      shake(context, hello);
    } else {
      context.fireChannelRead(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(new TwineException(
        Code.REFUSED, "closed during the handshake", address, "see the log of the other node"));
    context.fireChannelInactive();
  }

  @Override
  public void ping(Channel channel, long id) {
    channel.writeAndFlush(MemoryFrame.number(MemoryFrame.PING, id, channel.alloc()));
  }

  @Override
  public void close(Channel channel, CloseReason reason) {
    channel
        .writeAndFlush(MemoryFrame.close(reason.text(), channel.alloc()))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private void shake(ChannelHandlerContext context, Hello hello) {
    if (!hello.networkId().equals(own.networkId())) {
      node.refused(address, "network-mismatch");
      fail(new TwineException(
          Code.NETWORK_MISMATCH, "node of another network", hello.networkId(), "dial another"));
      context.close();
      return;
    }
    try {
      if (direction == Direction.IN) {
        Hello answer = own.withIdentity(answer(hello));
        context.writeAndFlush(MemoryFrame.hello(answer, context.alloc()));
      }
      opened.complete(node.open(context.channel(), terms(hello)));
    } catch (TwineException refused) {
      opened.completeExceptionally(refused);
      close(context.channel(), CloseReason.of(kindOf(refused)));
    }
  }

  /** The listener's step of the identity challenge, if the dialler began one to its address. */
  private String answer(Hello hello) {
    NodeKey key = node.local().key();
    if (kind != TransportKind.WS || !IdentityChallenge.supports(key)) {
      return "";
    }
    var listener = IdentityChallenge.listen(key, List.of(own.dialBack()), RANDOM);
    IdentityChallenge.Pending pending = listener.challenge(hello.identity()).orElse(null);
    if (pending == null) {
      return "";
    }
    challenge = body -> {
      pending.verify(body);
      return Optional.of(pending.claimed().nodeId());
    };
    return pending.header();
  }

  private SessionTerms terms(Hello hello) {
    boolean proven = kind == TransportKind.P2P;
    return new SessionTerms(
        kind,
        direction,
        address,
        hello.dialBack().isEmpty() ? null : Address.parse(hello.dialBack()),
        hello.agent(),
        hello.features(),
        proven ? hello.nodeId() : null,
        hello.nodeId(),
        hello.nodeRandom(),
        own.nonce(),
        hello.nonce(),
        new byte[0],
        FORM,
        this,
        challenge,
        List.of(),
        null,
        permit);
  }

  private static CloseReason.Kind kindOf(TwineException refused) {
    return switch (refused.code()) {
      case SELF -> CloseReason.Kind.SELF;
      case DUPLICATE_ID -> CloseReason.Kind.DUPLICATE_ID;
      default -> CloseReason.Kind.TOO_MANY_PEERS;
    };
  }
}
