package dev.twine.ws;

import dev.twine.gossip.IdentityChallenge;
import dev.twine.gossip.LocalNode;
import dev.twine.gossip.Permit;
import dev.twine.gossip.SessionTerms;
import dev.twine.gossip.TransportContext;
import dev.twine.http.Farewell;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
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
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The gossip upgrade on the side that dialled: sends the request when the connection stands, judges
 * the answer, and gives way to the frames. Bytes that came right behind the answer are not lost.
 */
final class ClientUpgrade extends ChannelInboundHandlerAdapter {
  private static final String CODEC = "http";

  /** go-algorand's cap on the header block of a response. */
  private static final int MAX_HEADER_BYTES = 4_096;

  private static final int UPGRADED = 101;

  /** Enough of a refusal to tell why. */
  private static final int MAX_BODY = 512;

  private final Dial dial;
  private final TransportContext context;
  private final Address address;
  private final ClientHandshake handshake;
  private final Permit permit;
  private final ClientOpening opening;

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
    this.handshake = new ClientHandshake(context.local(), address);
    this.opening = new ClientOpening(dial);
  }

  /** Adds all that a fresh connection needs to become a session. */
  static void addTo(ChannelPipeline pipeline, Dial dial, Permit permit) {
    Address address = dial.address();
    if (address.secure()) {
      // The dial's own timer ends a slow TLS handshake, as it ends every other step.
      var work = dial.dialler().handshakes();
      var tls = dial.dialler().tls().context();
      pipeline.addLast(Tls.handler(tls, pipeline.channel().alloc(), address, work));
    }
    var limits = new HttpDecoderConfig()
        .setMaxInitialLineLength(MAX_HEADER_BYTES)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setStrictLineParsing(true)
        .setUseRfc9112TransferEncoding(true);
    pipeline.addLast(CODEC, new HttpClientCodec(limits, false, false));
    pipeline.addLast(new ClientUpgrade(dial, permit));
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
      if (response != null && response.status().code() != UPGRADED) {
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
    Hello hello = Hello.of(context.local(), nonce, opening.challenge());
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
    if (answer.status().code() == UPGRADED) {
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
      takeLeave(ctx, "Unsupported headers", misfit);
      return;
    }
    // What comes while signatures are checked waits in the socket; what has come, in this handler.
    ctx.channel().config().setAutoRead(false);
    var identified = opening.identify(theirs);
    identified.whenCompleteAsync(
        (proven, failure) -> judged(ctx, theirs, identified), ctx.executor());
  }

  private void judged(
      ChannelHandlerContext ctx,
      Hello theirs,
      CompletableFuture<Optional<IdentityChallenge.Proven>> identified) {
    if (done) {
      return;
    }
    ctx.channel().config().setAutoRead(true);
    Optional<IdentityChallenge.Proven> proven;
    try {
      proven = identified.join();
    } catch (CompletionException e) {
      unidentified(ctx, e.getCause());
      return;
    }
    open(ctx, new ClientTerms(dial, theirs, nonce, proven.orElse(null)));
  }

  private void unidentified(ChannelHandlerContext ctx, @Nullable Throwable cause) {
    if (cause instanceof TwineException refusal) {
      fail(ctx, refusal);
    } else {
      var reason = DialStep.IDENTITY.refused("the peer's identity does not hold", address);
      takeLeave(ctx, "Invalid identity response", reason);
    }
  }

  private void open(ChannelHandlerContext ctx, ClientTerms agreed) {
    var session = new WsSession(true, agreed.theirs().features().contains(LocalNode.TWINE1));
    SessionTerms terms = agreed.build(ctx.channel(), session, permit);
    ctx.pipeline()
        .addLast(new FrameReader(false, context.tags()::maxMessageBytes))
        .addLast(session);
    // The permit is the engine's from here on.
    done = true;
    opening.open(ctx.channel(), terms, session);
    ByteBuf behind = early;
    early = null;
    if (behind != null) {
      ctx.fireChannelRead(behind);
      ctx.fireChannelReadComplete();
    }
    ctx.pipeline().remove(this);
  }

  /** Fails, but the peer is told why before the connection ends. */
  private void takeLeave(ChannelHandlerContext ctx, String text, TwineException reason) {
    done = true;
    permit.close();
    var frame = new ControlFrame.Close(CloseCode.PROTOCOL_ERROR, text);
    Farewell.after(ctx.writeAndFlush(frame.encode(ctx.alloc(), true)));
    dial.failSaid(reason);
  }

  private void fail(ChannelHandlerContext ctx, TwineException reason) {
    done = true;
    permit.close();
    ctx.close();
    dial.fail(reason);
  }
}
