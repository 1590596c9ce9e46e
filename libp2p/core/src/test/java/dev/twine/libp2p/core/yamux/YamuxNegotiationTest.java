package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.multistream.MultistreamDialler;
import dev.twine.libp2p.core.multistream.MultistreamListener;
import dev.twine.libp2p.core.multistream.Negotiation;
import dev.twine.libp2p.core.multistream.NegotiationOutcome;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Negotiation on real streams: what reading and ending make of it. */
class YamuxNegotiationTest {
  private static final String ID = "/a/1.0.0";

  @AutoClose
  private final Link link = new Link();

  private final Refusals refusals = new Refusals();
  private final Negotiation negotiation = new Negotiation(
      List.of(ID), FailureReason.PROTOCOL_NOT_SUPPORTED, Duration.ofSeconds(10), refusals);
  private final List<String> outcomes = new ArrayList<>();
  private final Collector near = new Collector();

  @Test
  void theAnswerIsTakenThoughItsStreamStopsReadingBeforeItComes() {
    answering(new Collector());
    YamuxStream stream = open(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelActive(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(false);
      }
    });
    link.pump();

    assertThat(outcomes).containsExactly("near " + ID);
    assertThat(stream.isOpen()).isTrue();
  }

  @Test
  void theAnswerIsTakenThoughReadingStopsFromOutside() {
    answering(new Collector());
    YamuxStream stream = open(near);
    stream.config().setAutoRead(false);
    link.pump();

    assertThat(outcomes).containsExactly("near " + ID);
  }

  @Test
  void dataAndEndThatComeWithTheAnswerAreDelivered() {
    answering(new ChannelInboundHandlerAdapter() {
      @Override
      public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.write(Unpooled.buffer().writeZero(5));
        ((YamuxStream) ctx.channel()).shutdownOutput();
      }
    });
    YamuxStream stream = open(near);
    stream.shutdownOutput();
    link.pump();

    assertThat(outcomes).containsExactly("near " + ID);
    assertThat(near.bytes).isEqualTo(5);
    assertThat(near.ended).isTrue();
    assertThat(near.failures).isEmpty();
    assertThat(stream.isOpen()).isFalse();
  }

  @Test
  void whoShutsTheInputDownIsNotHeldToAnAnswer() {
    answering(new Collector());
    YamuxStream stream = open(near);
    stream.shutdownInput();
    assertThat(stream.pipeline().get(MultistreamDialler.class)).isNull();
    link.pump();
    link.dialler.channel.advanceTimeBy(10, TimeUnit.SECONDS);
    link.dialler.channel.runScheduledPendingTasks();

    assertThat(stream.isOpen()).isTrue();
    assertThat(near.failures).isEmpty();
    assertThat(refusals.of(Negotiation.DEADLINE)).isZero();
  }

  @Test
  void whoShutsBothHalvesDownSeesAnOrderlyEnd() {
    answering(new ChannelInboundHandlerAdapter() {
      @Override
      public void handlerAdded(ChannelHandlerContext ctx) {
        ((YamuxStream) ctx.channel()).shutdownOutput();
      }
    });
    YamuxStream stream = open(near);
    stream.shutdown();
    link.pump();

    assertThat(stream.isOpen()).isFalse();
    assertThat(near.failures).isEmpty();
    assertThat(outcomes).isEmpty();
  }

  private void answering(ChannelHandler protocol) {
    link.listener.acceptor = stream -> stream
        .pipeline()
        .addLast(new MultistreamListener(negotiation, new Outcome(null, protocol)));
  }

  private YamuxStream open(ChannelHandler protocol) {
    return link.dialler.open(new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        var outcome = new Outcome("near", null);
        channel.pipeline().addLast(MultistreamDialler.optimistic(negotiation, outcome), protocol);
      }
    });
  }

  /** Notes how it ends on one side, and adds the protocol on the other. */
  private final class Outcome implements NegotiationOutcome {
    private final String side;
    private final ChannelHandler protocol;

    Outcome(String side, ChannelHandler protocol) {
      this.side = side;
      this.protocol = protocol;
    }

    @Override
    public void selected(ChannelHandlerContext ctx, String id) {
      if (protocol != null) {
        ctx.pipeline().addLast(protocol);
      } else {
        outcomes.add(side + " " + id);
      }
    }

    @Override
    public void failed(ChannelHandlerContext ctx, Libp2pException reason) {
      outcomes.add(String.valueOf(reason.getMessage()));
    }
  }
}
