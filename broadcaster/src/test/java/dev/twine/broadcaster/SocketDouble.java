package dev.twine.broadcaster;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import java.io.ByteArrayOutputStream;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A channel whose socket takes exactly as many bytes as a test lets it. */
final class SocketDouble extends AbstractChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  private final ChannelConfig config = new DefaultChannelConfig(this);
  private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
  private final List<Integer> writes = new ArrayList<>();
  private long room = Long.MAX_VALUE;
  private int flushes;
  private boolean open = true;

  SocketDouble() {
    super(null);
  }

  /** The socket takes that many bytes more, at once as far as they wait. */
  void take(long bytes) {
    room = bytes;
    unsafe().flush();
  }

  /** Everything it took. */
  byte[] bytes() {
    return taken.toByteArray();
  }

  /** The bodies of all whole frames that it took. */
  List<String> bodies() {
    return LengthForm.bodies(bytes());
  }

  /** Sizes of the buffers that were written to it and taken whole. */
  List<Integer> writes() {
    return writes;
  }

  int flushes() {
    return flushes;
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new AbstractUnsafe() {
      @Override
      public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        promise.setSuccess();
      }

      @Override
      protected void flush0() {
        super.flush0();
      }
    };
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) throws Exception {
    flushes++;
    while (in.current() instanceof ByteBuf next && room > 0) {
      int length = (int) Math.min(room, next.readableBytes());
      byte[] part = new byte[length];
      next.getBytes(next.readerIndex(), part);
      taken.writeBytes(part);
      room = room == Long.MAX_VALUE ? room : room - length;
      if (length == next.readableBytes()) {
        writes.add(length);
      }
      in.removeBytes(length);
    }
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected SocketAddress localAddress0() {
    return new SocketAddress() {};
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return new SocketAddress() {};
  }

  @Override
  protected void doBind(SocketAddress address) {}

  @Override
  protected void doDisconnect() {}

  @Override
  protected void doClose() {
    open = false;
  }

  @Override
  protected void doBeginRead() {}

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }
}
