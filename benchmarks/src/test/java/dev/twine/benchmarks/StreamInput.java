package dev.twine.benchmarks;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.node.bench.BroadcastBaseline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What comes on a stream of a libp2p host, which is read from only when somebody asks for bytes. */
final class StreamInput extends InputStream {
  private static final int SECONDS = 30;

  private final Host host;
  private final StreamChannel stream;
  private final BlockingQueue<byte[]> parts;
  private byte[] part = {};
  private int position;

  private StreamInput(Host host, StreamChannel stream, BlockingQueue<byte[]> parts) {
    this.host = host;
    this.stream = stream;
    this.parts = parts;
  }

  static StreamInput open(InetSocketAddress address, String id) throws Exception {
    var parts = new LinkedBlockingQueue<byte[]>();
    Host host = Host.builder().start();
    var to = Multiaddr.parse("/ip4/127.0.0.1/tcp/" + address.getPort());
    StreamChannel stream = host.connect(NodeId.parse(id), List.of(to))
        .get(SECONDS, TimeUnit.SECONDS)
        .open(StreamRequest.of(BroadcastBaseline.STREAM_PROTOCOL, new Parts(parts)))
        .get(SECONDS, TimeUnit.SECONDS);
    return new StreamInput(host, stream, parts);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) == 1 ? one[0] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (position == part.length) {
      await();
    }
    int count = Math.min(length, part.length - position);
    System.arraycopy(part, position, into, offset, count);
    position += count;
    return count;
  }

  private void await() throws IOException {
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      byte[] next = parts.poll();
      while (next == null) {
        if (System.nanoTime() - end > 0) {
          throw new IOException("nothing came for " + SECONDS + " s");
        }
        // Again, because the agreement on the protocol may have been all that one read brought.
        stream.read();
        next = parts.poll(50, TimeUnit.MILLISECONDS);
      }
      part = next;
      position = 0;
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  @Override
  public void close() {
    host.close();
  }

  private static final class Parts extends ChannelInboundHandlerAdapter {
    private final BlockingQueue<byte[]> parts;

    Parts(BlockingQueue<byte[]> parts) {
      this.parts = parts;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.channel().config().setAutoRead(false);
      ctx.read(); // The agreement on the protocol.
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var bytes = (ByteBuf) message;
      parts.add(ByteBufUtil.getBytes(bytes));
      bytes.release();
    }
  }
}
