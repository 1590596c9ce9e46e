package dev.twine.libp2p;

import dev.twine.libp2p.core.IdleMuxer;
import dev.twine.libp2p.core.Muxer;
import dev.twine.libp2p.core.MuxerConfig;
import dev.twine.libp2p.core.MuxerProtocol;
import dev.twine.libp2p.core.StreamAcceptor;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicLong;

/** What a peer uses that speaks yamux by hand: answers nothing, and counts the frames it gets. */
final class RawMuxer implements MuxerProtocol {
  private static final int HEADER = 12;
  private static final int RST = 8;
  private static final int TYPE_SHIFT = 48;

  final AtomicLong resets = new AtomicLong();
  private volatile Channel channel;

  @Override
  public String id() {
    return "/yamux/1.0.0";
  }

  @Override
  public Muxer install(
      Channel on, String after, boolean initiator, MuxerConfig config, StreamAcceptor acceptor) {
    channel = on;
    on.pipeline().addAfter(after, "raw", new Counter());
    return new IdleMuxer(on.eventLoop());
  }

  Channel channel() {
    return channel;
  }

  /** A frame without a body. */
  static void frame(ByteBuf out, int type, int flags, int stream, int length) {
    out.writeLong(((long) type << TYPE_SHIFT) | ((long) flags << Integer.SIZE) | stream);
    out.writeInt(length);
  }

  private final class Counter extends ChannelInboundHandlerAdapter {
    private long head;
    private int partial;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var in = (ByteBuf) message;
      // No body ever comes, as the peer has nothing to say.
      while (in.isReadable()) {
        int next = in.readUnsignedByte();
        if (partial < Long.BYTES) {
          head = (head << Byte.SIZE) | next;
        }
        if (++partial == HEADER) {
          partial = 0;
          if (((head >>> Integer.SIZE) & RST) != 0) {
            resets.incrementAndGet();
          }
        }
      }
      in.release();
    }
  }
}
