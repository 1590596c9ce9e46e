package dev.twine.libp2p.core.yamux;

import dev.twine.libp2p.core.Libp2pException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One end of one stream: checks all that it is told against what the user of the other end did, and
 * lets its own user act in between. It is promised:
 *
 * <ul>
 *   <li>the bytes of the other end in order, none twice and none left out;
 *   <li>that end's end once, after all its bytes, and only if it ended;
 *   <li>a completion after reads, before the end and before the stream is inactive;
 *   <li>no bytes after the end, and neither of them after it is inactive, which it is once;
 *   <li>an outcome of each write.
 * </ul>
 */
final class ModelStream extends ChannelInboundHandlerAdapter {
  private final Random random;
  private final List<String> faults;
  private final List<String> story = new ArrayList<>();
  private ModelStream peer = this;
  private YamuxStream stream;
  private ModelUser user;
  private long read;
  private boolean reading;
  private boolean ended;
  private boolean failed;
  private boolean inactive;

  /** Adds to {@code faults} what should not have been. */
  ModelStream(Random seeds, List<String> faults) {
    this.random = new Random(seeds.nextLong());
    this.faults = faults;
  }

  void peer(ModelStream other) {
    peer = other;
    other.peer = this;
  }

  /** What acts on this end, once there is a channel. */
  ModelUser user() {
    return user;
  }

  boolean isOpen() {
    return stream != null && stream.isOpen();
  }

  boolean isOf(Link.End end) {
    return stream != null && stream.parent() == end.channel;
  }

  /** All ended in order and was carried. */
  void checkFinished() {
    check(!isOpen(), "is still open");
    if (stream != null && !isLossy() && !peer.isLossy()) {
      check(ended, "was not told of the end");
      check(read == peer.user.written(), "read only part");
    }
  }

  /** The connection is closed. */
  void checkClosed() {
    if (stream != null) {
      check(user.undone() == 0, "has writes without an outcome");
      check(!user.hasWrittenAfterEnd(), "wrote after its end");
      check(inactive, "was not told that it is inactive");
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    stream = (YamuxStream) ctx.channel();
    user = new ModelUser(stream, random, story);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    user.actOnceIn(20);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var data = (ByteBuf) message;
    int length = data.readableBytes();
    check(length > 0, "read nothing");
    check(!ended && !inactive, "read after the end");
    check(data.equals(ModelUser.text(stream.number(), read, length)), "read wrong bytes");
    data.release();
    read += length;
    reading = true;
    user.actOnceIn(30);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    check(reading, "completed what was no read");
    reading = false;
    user.actOnceIn(20);
    if (!stream.config().isAutoRead() && random.nextInt(3) > 0) {
      stream.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      story.add("end");
      check(!ended && !inactive, "was told again of the end");
      check(!reading, "was told of the end before the read was complete");
      check(peer.user.isEnding(), "was told of an end that was none");
      check(read == peer.user.written(), "was told of the end too early");
      ended = true;
      user.actOnceIn(2);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    user.actOnceIn(3);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    story.add(cause.toString());
    check(
        cause instanceof Libp2pException || cause instanceof ClosedChannelException,
        "failed in an unknown way");
    failed = true;
    user.actOnceIn(5);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    story.add("inactive");
    check(!inactive, "was inactive twice");
    check(!reading, "was inactive before the read was complete");
    inactive = true;
    user.actOnceIn(5);
  }

  private boolean isLossy() {
    return failed || user == null || user.isLossy();
  }

  private void check(boolean kept, String fault) {
    if (!kept) {
      faults.add(stream + " " + fault + ": read " + read + ", did and was told " + story
          + ", the other end " + peer.story);
    }
  }
}
