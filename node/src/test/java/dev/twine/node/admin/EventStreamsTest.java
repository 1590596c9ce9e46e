package dev.twine.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.network.Message;
import dev.twine.network.PeerRef;
import dev.twine.network.Tag;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.node.FakeNode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamsTest {
  private final FakeNode node = new FakeNode();
  private final EventStreams streams = new EventStreams(node, false);
  private final List<EmbeddedChannel> channels = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  @Test
  void aStreamTooManyIsRefusedUntilOneCloses() {
    for (int i = 0; i < EventStreams.MAX_STREAMS; i++) {
      open();
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(TwineException.class)
        .hasMessageContaining("" + EventStreams.MAX_STREAMS);
    assertThat(node.taps).hasSize(EventStreams.MAX_STREAMS);

    channels.get(0).close();

    open();
    assertThat(node.taps).hasSize(EventStreams.MAX_STREAMS);
  }

  @Test
  void whatAFullConnectionMissesIsCountedWhenItHasRoomAgain() throws Exception {
    EmbeddedChannel channel = open();
    text(channel);
    unwritable(channel, true);
    receive("one");
    receive("two");
    assertThat(text(channel)).isEmpty();

    unwritable(channel, false);
    receive("three");

    assertThat(text(channel))
        .startsWith("event: missed\ndata: {\"count\":2}\n\nevent: message\n")
        .contains("three")
        .doesNotContain("one");
  }

  @Test
  void aSilentStreamHasACommentEveryFifteenSeconds() {
    EmbeddedChannel channel = open();
    text(channel);
    advance(channel, 14);
    assertThat(text(channel)).isEmpty();

    advance(channel, 1);
    assertThat(text(channel)).isEqualTo(": alive\n\n");
    advance(channel, 15);
    assertThat(text(channel)).isEqualTo(": alive\n\n");
  }

  @Test
  void aReaderThatTakesNothingIsCut() {
    EmbeddedChannel channel = open();
    channel.pipeline().addFirst(new NothingLeaves());
    advance(channel, 15);
    advance(channel, 15);
    assertThat(channel.isOpen()).isTrue();

    advance(channel, 15);
    assertThat(channel.isOpen()).isFalse();
    assertThat(node.taps).isEmpty();
  }

  private EmbeddedChannel open() {
    var end = new End();
    var channel = new EmbeddedChannel(end);
    channel.freezeTime();
    end.reply = new AdminReply(channel.pipeline().context(end), () -> {});
    streams.open(end.reply, Optional.empty());
    channel.runPendingTasks();
    channels.add(channel);
    return channel;
  }

  private void receive(String text) throws Exception {
    var via = new Message.Via(new PeerRef.Session(1), null, TransportKind.WS);
    node.receive(
        new Message(Tag.of("TX"), text.getBytes(StandardCharsets.UTF_8), via, Instant.EPOCH));
  }

  private static void advance(EmbeddedChannel channel, int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  private static void unwritable(EmbeddedChannel channel, boolean on) {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, !on);
    channel.runPendingTasks();
  }

  private static String text(EmbeddedChannel channel) {
    var text = new StringBuilder();
    for (Object part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      if (part instanceof HttpContent content) {
        text.append(content.content().toString(StandardCharsets.UTF_8));
      }
      ReferenceCountUtil.release(part);
    }
    return text.toString();
  }

  /** As the handler of a connection does. */
  private static final class End extends ChannelInboundHandlerAdapter {
    private AdminReply reply;

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      reply.connectionLost();
    }
  }

  /** A socket whose other end does not read. */
  private static final class NothingLeaves extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      ReferenceCountUtil.release(message);
    }
  }
}
