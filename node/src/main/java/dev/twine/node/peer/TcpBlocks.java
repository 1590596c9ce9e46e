package dev.twine.node.peer;

import io.netty.channel.ChannelHandlerContext;

/** Writes a number of bytes of the pattern while there is room. On one event loop. */
final class TcpBlocks {
  private static final int BLOCK = 64 << 10;

  private final long total;
  private long position;
  private boolean pumping;
  private boolean done;

  TcpBlocks(long total) {
    this.total = total;
  }

  /** Call at first, and when writability changes; ends the output behind the last byte. */
  void pump(ChannelHandlerContext ctx) {
    if (pumping) {
      return; // A write or flush of a socket tells of writability at once, on top of this call.
    }
    pumping = true;
    do {
      while (position < total && ctx.channel().isWritable()) {
        int length = (int) Math.min(BLOCK, total - position);
        ctx.write(Pattern.from(position, length), ctx.voidPromise());
        position += length;
      }
      ctx.flush();
    } while (position < total && ctx.channel().isWritable());
    pumping = false;
    if (position == total && !done) {
      done = true;
      Reply.endOutput(ctx);
    }
  }
}
