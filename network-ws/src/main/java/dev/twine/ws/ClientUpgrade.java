package dev.twine.ws;

import dev.twine.gossip.BadMessageException;
import dev.twine.gossip.IdentityChallenge;
import dev.twine.gossip.LocalNode;
import dev.twine.gossip.Permit;
import dev.twine.gossip.TransportContext;
import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gossip upgrade on the side that dialled: sends the request when the connection stands, judges
 * the answer, and gives way to the frames. Bytes that came right behind the answer are not lost.
 */
final class ClientUpgrade extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ClientUpgrade.class);

  private static final String CODEC = "http";

  /** go-algorand's cap on the header block of a response. */
  private static final int MAX_HEADER_BYTES = 4_096;

  /** Enough of a refusal to tell why. */
  private static final int MAX_BODY = 512;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Dial dial;
  private final TransportContext context;
  private final Address address;
  private final ClientHandshake handshake;
  private final Permit permit;
  private final IdentityChallenge.@Nullable Dialler challenge;

  private byte[] nonce = new byte[0];
  private @Nullable HttpResponse response;
  private @Nullable ByteBuf body;
  private @Nullable CompositeByteBuf early;
  private boolean sent;
  private boolean done;

  private ClientUpgrade(Dial dial, Permit permit) {
    this.dial = dial;
    this.context = dial.dialler().context();
    this.address = dial.address();
    this.permit = permit;
    LocalNode local = context.local();
    this.handshake = new ClientHandshake(local, address);
    this.challenge = IdentityChallenge.supports(local.key())
        ? IdentityChallenge.dial(local.key(), name(address), RANDOM)
        : null;
  }

  /** Adds all that a fresh connection needs to become a session. */
  static void addTo(ChannelPipeline pipeline, Dial dial, Permit permit) {
    Address address = dial.address();
    SslContext tls = dial.dialler().tls();
    if (address.secure() && tls != null) {
      // The node's own timer ends a slow TLS handshake, as it ends every other step.
      var handler = tls.newHandler(pipeline.channel().alloc(), address.host(), address.port());
      handler.setHandshakeTimeoutMillis(0);
      pipeline.addLast(handler);
    }
    var limits = new HttpDecoderConfig()
        .setMaxInitialLineLength(MAX_HEADER_BYTES)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setStrictLineParsing(true)
        .setUseRfc9112TransferEncoding(true);
    pipeline.addLast(CODEC, new HttpClientCodec(limits, false, false));
    pipeline.addLast(new ClientUpgrade(dial, permit));
  }

  /** A node that is known by its ID is challenged by it, since it may have many addresses. */
  private static String name(Address address) {
    return address.nodeId().map(NodeId::toString).orElseGet(address::hostAndPort);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (address.secure()) {
      dial.at(DialStep.TLS);
    } else {
      send(ctx);
    }
    ctx.fireChannelActive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls) {
      if (tls.isSuccess()) {
        send(ctx);
      } else {
        fail(ctx, DialStep.TLS.unreachable(address, tls.cause()));
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (done) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof ByteBuf bytes) {
      if (early == null) {
        early = ctx.alloc().compositeBuffer();
      }
      early.addComponent(true, bytes);
    } else {
      try {
        read(ctx, message);
      } finally {
        ReferenceCountUtil.release(message);
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!done) {
      if (response != null) {
        refused(ctx, response);
      } else {
        fail(ctx, dial.step().unreachable(address, null));
      }
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!done) {
      fail(ctx, dial.step().unreachable(address, cause));
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    ReferenceCountUtil.release(body);
    body = null;
    ReferenceCountUtil.release(early);
    early = null;
    if (!done) {
      done = true;
      permit.close();
    }
  }

  private void send(ChannelHandlerContext ctx) {
    if (sent) {
      return;
    }
    sent = true;
    dial.at(DialStep.UPGRADE);
    nonce = Nonce.create(TlsState.of(ctx.channel(), false).canExport());
    String header = challenge == null ? null : challenge.header();
    Hello hello = Hello.of(context.local(), nonce, header);
    ctx.writeAndFlush(handshake.request(hello)).addListener(written -> {
      if (!written.isSuccess() && !done) {
        fail(ctx, DialStep.UPGRADE.unreachable(address, written.cause()));
      }
    });
  }

  private void read(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpResponse head) {
      if (head.decoderResult().isFailure()) {
        fail(ctx, DialStep.UPGRADE.refused("the answer is not HTTP, or too long", address));
        return;
      }
      response = head;
    }
    HttpResponse answer = response;
    if (answer == null || !(message instanceof HttpContent content)) {
      return;
    }
    boolean ended = message instanceof LastHttpContent;
    if (answer.status().code() == 101) {
      if (ended) {
        upgraded(ctx, answer);
      }
      return;
    }
    if (collect(ctx, content.content()) || ended) {
      refused(ctx, answer);
    }
  }

  /** True if there is enough of the body. */
  private boolean collect(ChannelHandlerContext ctx, ByteBuf part) {
    if (body == null) {
      body = ctx.alloc().buffer();
    }
    body.writeBytes(part, Math.min(part.readableBytes(), MAX_BODY - body.readableBytes()));
    return body.readableBytes() == MAX_BODY;
  }

  private void refused(ChannelHandlerContext ctx, HttpResponse answer) {
    byte[] text = new byte[body == null ? 0 : body.readableBytes()];
    if (body != null) {
      body.readBytes(text);
    }
    int seconds = RetryTimes.parse(answer.headers().get(HttpHeaderNames.RETRY_AFTER, ""));
    dial.dialler().retryTimes().postpone(address, seconds, context.clock().nanoTime());
    fail(ctx, handshake.refusal(answer.status().code(), text, seconds));
  }

  private void upgraded(ChannelHandlerContext ctx, HttpResponse answer) {
    TwineException broken = handshake.webSocket(answer.headers());
    if (broken != null) {
      fail(ctx, broken);
      return;
    }
    // What came behind the answer leaves the codec here, and waits in this handler.
    ctx.pipeline().remove(CODEC);
    Hello theirs = Hello.read(answer.headers());
    TwineException misfit = handshake.gossip(theirs);
    if (misfit != null) {
      closeFrame(ctx, "Unsupported headers");
      fail(ctx, misfit);
      return;
    }
    try {
      open(ctx, theirs, identify(theirs));
    } catch (BadMessageException e) {
      closeFrame(ctx, "Invalid identity response");
      fail(ctx, DialStep.IDENTITY.refused("the peer's identity does not hold", address));
    } catch (TwineException e) {
      fail(ctx, e);
    }
  }

  private Optional<IdentityChallenge.Proven> identify(Hello theirs) {
    Optional<IdentityChallenge.Proven> proven =
        challenge == null ? Optional.empty() : challenge.response(theirs.challenge());
    NodeId expected = address.nodeId().orElse(null);
    NodeId shown = proven.isPresent() ? proven.get().key().nodeId() : theirs.claimedId();
    if (expected != null && !Objects.equals(expected, shown)) {
      throw DialStep.IDENTITY.refused(
          Code.REFUSED,
          shown == null ? "the peer does not say who it is" : "another node answers, " + shown,
          address,
          "check the node ID in the address");
    }
    return proven;
  }

  private void open(
      ChannelHandlerContext ctx, Hello theirs, Optional<IdentityChallenge.Proven> proven) {
    var session = new WsSession(true, theirs.features().contains(LocalNode.TWINE1));
    var terms = new ClientTerms(dial, theirs, nonce, proven.orElse(null))
        .build(ctx.channel(), session, permit);
    ctx.pipeline()
        .addLast(new FrameReader(false, GossipFrames.MAX_MESSAGE, context.tags()::maxBytes))
        .addLast(session);
    done = true;
    try {
      var handle = context.open(ctx.channel(), terms);
      session.opened(handle);
      if (!dial.succeed(handle)) {
        handle.close(GossipFrames.unwanted());
      }
    } catch (TwineException e) {
      session.close(ctx.channel(), GossipFrames.closeReason(e));
      dial.fail(e);
    } catch (RuntimeException e) {
      LOG.warn("cannot open a session with {}", address, e);
      ctx.close();
      dial.fail(DialStep.UPGRADE.refused("this node failed to open the session", address));
    }
    ByteBuf behind = early;
    early = null;
    if (behind != null) {
      ctx.fireChannelRead(behind);
      ctx.fireChannelReadComplete();
    }
    ctx.pipeline().remove(this);
  }

  private static void closeFrame(ChannelHandlerContext ctx, String reason) {
    var frame = new ControlFrame.Close(CloseCode.PROTOCOL_ERROR, reason);
    ctx.writeAndFlush(frame.encode(ctx.alloc(), true));
  }

  private void fail(ChannelHandlerContext ctx, TwineException reason) {
    done = true;
    permit.close();
    ctx.close();
    dial.fail(reason);
  }
}
