package dev.twine.libp2p.core.multistream;

import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.wire.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proposes protocols, one after another until the peer agrees.
 *
 * <p>It writes the header and the first proposal as soon as the channel is active and flushes at the
 * end of that turn of the loop.
 *
 * <p>{@link #optimistic} is for a single protocol: handlers behind it write at once, their data and
 * even the end of the output travel with the proposal, and the answer is taken out of the input when
 * it comes. A close before the answer ends the output at once and closes when the answer is there,
 * so that the peer can still write it. A refusal reaches the handlers behind as an exception, before
 * the reset.
 */
public final class MultistreamDialler extends MultistreamHandler {
  private static final int SHOWN = 80;

  private final DialState state;
  private final boolean optimistic;
  private List<String> theirs = List.of();
  private boolean opened;
  private @Nullable ChannelPromise closing;

  private MultistreamDialler(
      Negotiation negotiation, NegotiationOutcome outcome, boolean optimistic) {
    super(negotiation, outcome);
    int count = negotiation.protocols().size();
    if (count < 1 || count > (optimistic ? 1 : ListenState.MAX_PROPOSALS)) {
      throw new IllegalArgumentException("number of proposals: " + count + ": 1 to "
          + ListenState.MAX_PROPOSALS + ", optimistically one");
    }
    this.optimistic = optimistic;
    this.state = new DialState(negotiation.protocols(), optimistic);
  }

  /** Proposes in order; the handlers of the protocol come when it is agreed. */
  public static MultistreamDialler inOrder(Negotiation negotiation, NegotiationOutcome outcome) {
    return new MultistreamDialler(negotiation, outcome, false);
  }

  /** Proposes the one protocol whose handlers are behind this one already. */
  public static MultistreamDialler optimistic(Negotiation negotiation, NegotiationOutcome outcome) {
    return new MultistreamDialler(negotiation, outcome, true);
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    if (opened) {
      return;
    }
    opened = true;
    ByteBuf out = ctx.alloc().buffer();
    state.open(out);
    ctx.write(out);
    armDeadline(ctx);
    ctx.executor().execute(ctx::flush);
  }

  @Override
  Step received(String line) {
    Step step = state.received(line);
    if (step instanceof Step.Refused refused) {
      theirs =
          refused.theirs().stream().map(name -> PeerText.escape(name, SHOWN)).toList();
      step = new Step.Refused(theirs);
    }
    return step;
  }

  /** The list of the peer's protocols, which only serves an error, may be longer than a line. */
  @Override
  Libp2pException unreadable(Libp2pException cause) {
    return isRefused() ? negotiation.noneInCommon(List.of()) : super.unreadable(cause);
  }

  @Override
  boolean isAbandoned() {
    return closing != null;
  }

  @Override
  boolean isRefused() {
    return state.isRefused();
  }

  @Override
  List<String> theirs() {
    return theirs;
  }

  @Override
  boolean isOptimistic() {
    return optimistic;
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    boolean awaitsAnswer = optimistic && opened && !isDecided();
    if (!awaitsAnswer || !(ctx.channel() instanceof DuplexChannel duplex)) {
      ctx.close(promise);
    } else if (closing == null) {
      closing = promise;
      duplex.shutdownOutput();
    } else {
      closing.addListener(done -> promise.trySuccess());
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    super.handlerRemoved(ctx);
    ChannelPromise promise = closing;
    if (promise != null) {
      closing = null;
      ctx.close(promise);
    }
  }
}
