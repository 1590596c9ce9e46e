package dev.twine.libp2p.core.multistream;

import io.netty.channel.ChannelHandlerContext;
import java.util.List;

/**
 * Answers proposals until one is a protocol of this side.
 *
 * <p>The header waits for the peer's, and then for the end of that read: when the proposal is there by
 * then, header, answer and the protocol's first data leave together. It does not come earlier because
 * a js-libp2p that dialled a WebSocket loses what arrives together with the upgrade. An answer that
 * cannot be written does not keep the peer's data from the protocol.
 */
public final class MultistreamListener extends MultistreamHandler {
  private final ListenState state;
  private boolean opened;
  private boolean greeted;

  public MultistreamListener(Negotiation negotiation, NegotiationOutcome outcome) {
    super(negotiation, outcome);
    this.state = new ListenState(negotiation.protocols());
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    if (opened) {
      return;
    }
    opened = true;
    ctx.executor().execute(() -> armDeadline(ctx));
  }

  @Override
  Step received(String line) {
    return state.received(line);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!isDecided() && state.isGreeted()) {
      answering(ctx);
      ctx.flush();
    }
    super.channelReadComplete(ctx);
  }

  @Override
  void answering(ChannelHandlerContext ctx) {
    if (!greeted) {
      greeted = true;
      write(ctx, Line.HEADER);
    }
  }

  @Override
  void confirm(ChannelHandlerContext ctx, String protocol) {
    answering(ctx);
    write(ctx, protocol);
  }

  @Override
  boolean isRefused() {
    return !state.refused().isEmpty();
  }

  @Override
  List<String> theirs() {
    return state.refused();
  }

  @Override
  boolean isOptimistic() {
    return false;
  }

  @Override
  String limit() {
    return state.hasTooMany() ? Negotiation.PROPOSALS : Negotiation.LINE;
  }
}
