package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.libp2p.core.Muxer;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.StreamAcceptor;
import dev.twine.libp2p.core.StreamChannel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Two connected ends in one thread, with time that stands still unless told. */
final class Link implements AutoCloseable {
  /** One end. */
  static final class End {
    final EmbeddedChannel channel = new EmbeddedChannel();
    final List<YamuxStream> accepted = new ArrayList<>();
    final List<Throwable> failures = new ArrayList<>();
    final MuxerConfig config;
    final Muxer muxer;
    private final YamuxSession session;
    int flushes;
    long wireBytes;
    StreamAcceptor acceptor = stream -> {};

    End(boolean initiator, MuxerConfig config) {
      this.config = config;
      channel.freezeTime();
      channel.pipeline().addLast("secure", new FlushCounter());
      muxer = new YamuxProtocol().install(channel, "secure", initiator, config, stream -> {
        accepted.add((YamuxStream) stream);
        acceptor.accepted(stream);
      });
      session = channel.pipeline().get(YamuxHandler.class).session();
      channel.pipeline().addLast(new Failures());
      channel.runPendingTasks();
    }

    YamuxStream open(ChannelHandler handler) {
      Future<StreamChannel> opened = muxer.open(handler);
      assertThat(opened.isSuccess()).as(String.valueOf(opened.cause())).isTrue();
      return (YamuxStream) opened.getNow();
    }

    YamuxSession session() {
      return session;
    }

    long refused(String limit) {
      return config.refusals().of(limit);
    }

    /** Time goes by in steps, as on a loop that runs. */
    void pass(int seconds) {
      for (int i = 0; i < seconds && channel.isOpen(); i++) {
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runPendingTasks();
      }
    }

    /** Makes the connection itself writable or not. */
    void writable(boolean writable) {
      channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
      channel.runPendingTasks();
    }

    /** What the end sends now. The caller releases it. */
    ByteBuf sent() {
      channel.runPendingTasks();
      ByteBuf all = channel.alloc().buffer();
      for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
        all.writeBytes(part);
        part.release();
      }
      wireBytes += all.readableBytes();
      return all;
    }

    private final class FlushCounter extends ChannelDuplexHandler {
      @Override
      public void flush(ChannelHandlerContext ctx) {
        flushes++;
        ctx.flush();
      }
    }

    private final class Failures extends ChannelInboundHandlerAdapter {
      @Override
      public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failures.add(cause);
      }
    }
  }

  final End dialler;
  final End listener;

  Link() {
    this(MuxerConfig.defaults(), MuxerConfig.defaults());
  }

  Link(MuxerConfig diallerConfig, MuxerConfig listenerConfig) {
    dialler = new End(true, diallerConfig);
    listener = new End(false, listenerConfig);
  }

  /** Carries bytes both ways until there are no more. */
  void pump() {
    boolean moved = true;
    while (moved) {
      moved = pump(dialler, listener);
      moved |= pump(listener, dialler);
    }
  }

  /** Carries what one end sends now; false if that is nothing. */
  boolean pump(End from, End to) {
    ByteBuf bytes = from.sent();
    if (!bytes.isReadable() || !to.channel.isOpen()) {
      bytes.release();
      return false;
    }
    to.channel.writeInbound(bytes);
    return true;
  }

  /** Carries in pieces of that size, as a network may. */
  boolean pump(End from, End to, int piece) {
    ByteBuf bytes = from.sent();
    boolean any = bytes.isReadable();
    while (bytes.isReadable() && to.channel.isOpen()) {
      to.channel.writeInbound(bytes.readRetainedSlice(Math.min(piece, bytes.readableBytes())));
    }
    bytes.release();
    return any;
  }

  @Override
  public void close() {
    dialler.channel.finishAndReleaseAll();
    listener.channel.finishAndReleaseAll();
    dialler.channel.runPendingTasks();
    listener.channel.runPendingTasks();
  }
}
