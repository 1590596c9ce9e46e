package dev.twine.node.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CountDownLatch;

/**
 * One receiver. Walks over frames without copying them, so that it costs far less than the sender:
 * every sequence number is checked, and of every 64th message every byte.
 *
 * <p>Runs on the loop of its connection; counts are published after each read, for any thread.
 */
final class SinkHandler extends ChannelInboundHandlerAdapter {
  /** Every byte of one message in 64: enough to find a broken writer, too little to be measured. */
  private static final int SAMPLE = 64;

  private static final int LONGEST_HEADER = 10;
  private static final int OPCODE = 0x0f;
  private static final int BINARY = 0x2;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xa;
  private static final int MASKED = 0x80;
  private static final int MAX_CONTROL = 125;
  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

  private final SinkWire wire;
  private final String host;
  private final Payloads payloads;
  private final ByteBuf expected;
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile Counts counts = new Counts(0, 0, 0, 0, 0, false);

  private boolean begun;
  private boolean upgraded;
  private int matched;
  private final byte[] head = new byte[LONGEST_HEADER + 2 + Payloads.HEADER];
  private int headBytes;
  private long bodyLeft;
  private boolean sampled;
  private int sourceOffset;
  private long next;
  private long delivered;
  private long checked;
  private long wrong;
  private long lost;
  private boolean closed;

  /**
   * The counts of one receiver.
   *
   * @param next sequence number that is expected next
   * @param delivered messages that came, each once and in order
   * @param checked messages of which every byte was compared
   * @param wrong messages that came twice, out of order or with other bytes
   * @param lost sequence numbers that were skipped
   */
  record Counts(long next, long delivered, long checked, long wrong, long lost, boolean closed) {}

  SinkHandler(SinkWire wire, String host, Payloads payloads) {
    this.wire = wire;
    this.host = host;
    this.payloads = payloads;
    this.expected = Unpooled.wrappedBuffer(payloads.source());
    this.upgraded = !wire.isWebSocket();
  }

  CountDownLatch ready() {
    return ready;
  }

  Counts counts() {
    return counts;
  }

  /** After a drain: what is missing up to that number is lost. Only while nothing is being sent. */
  void expect(long sequence) {
    Counts now = counts;
    long missing = Math.max(0, sequence - now.next());
    lost += missing;
    next = Math.max(next, sequence);
    publish();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      begin(ctx); // A stream that the server has opened.
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    begin(ctx);
  }

  private void begin(ChannelHandlerContext ctx) {
    if (begun) {
      return;
    }
    begun = true;
    byte[] hello = wire.hello(host);
    if (hello.length > 0) {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(hello));
    }
    if (upgraded) {
      ready.countDown();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      while (!upgraded && in.isReadable()) {
        upgrade(in.readByte());
      }
      while (in.isReadable()) {
        if (bodyLeft > 0) {
          body(in);
        } else {
          header(ctx, in);
        }
      }
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    publish();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
    publish();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    System.err.println("sink: " + cause);
    ctx.close();
  }

  private void publish() {
    counts = new Counts(next, delivered, checked, wrong, lost, closed);
  }

  /** A server that refuses closes, and then nothing is ready. */
  private void upgrade(byte b) {
    matched = b == END_OF_HEAD[matched] ? matched + 1 : b == END_OF_HEAD[0] ? 1 : 0;
    if (matched == END_OF_HEAD.length) {
      upgraded = true;
      ready.countDown();
    }
  }

  private void header(ChannelHandlerContext ctx, ByteBuf in) {
    head[headBytes++] = in.readByte();
    int frame = frameHeader();
    if (frame == 0 || headBytes < frame) {
      return;
    }
    long length = length(frame);
    if (wire.isWebSocket() && (head[0] & OPCODE) != BINARY) {
      control(ctx, in, frame, (int) length);
      return;
    }
    int wanted = (int) Math.min(length, wire.prefix() + Payloads.HEADER);
    int more = Math.min(frame + wanted - headBytes, in.readableBytes());
    in.readBytes(head, headBytes, more);
    headBytes += more;
    if (headBytes == frame + wanted) {
      begin(frame, length, wanted);
    }
  }

  /** Bytes of the frame header, 0 while that is not known. */
  private int frameHeader() {
    if (!wire.isWebSocket()) {
      return Integer.BYTES;
    }
    if (headBytes < 2) {
      return 0;
    }
    int length = head[1] & 0x7f;
    return length < 126 ? 2 : length == 126 ? 4 : LONGEST_HEADER;
  }

  private long length(int frame) {
    if (frame == 2) {
      return head[1] & 0x7f;
    }
    long length = 0;
    for (int i = wire.isWebSocket() ? 2 : 0; i < frame; i++) {
      length = (length << 8) | (head[i] & 0xff);
    }
    return length;
  }

  private void begin(int frame, long length, int wanted) {
    headBytes = 0;
    bodyLeft = length - wanted;
    sampled = false;
    if (wanted < wire.prefix() + Payloads.HEADER || !isOurs(frame)) {
      return;
    }
    long sequence = 0;
    for (int i = frame + wire.prefix(); i < frame + wanted; i++) {
      sequence = (sequence << 8) | (head[i] & 0xff);
    }
    if (sequence < next) {
      wrong++;
      return;
    }
    lost += sequence - next;
    next = sequence + 1;
    delivered++;
    sampled = sequence % SAMPLE == 0;
    sourceOffset = payloads.offset(sequence);
    if (sampled && bodyLeft == 0) {
      checked++;
    }
  }

  private boolean isOurs(int frame) {
    return !wire.isGossip()
        || (((head[frame] & 0xff) << 8) | (head[frame + 1] & 0xff)) == NodeServer.TAG.code();
  }

  private void body(ByteBuf in) {
    int part = (int) Math.min(bodyLeft, in.readableBytes());
    if (sampled && !ByteBufUtil.equals(in, in.readerIndex(), expected, sourceOffset, part)) {
      wrong++;
      sampled = false;
    }
    in.skipBytes(part);
    sourceOffset += part;
    bodyLeft -= part;
    if (bodyLeft == 0 && sampled) {
      checked++;
    }
  }

  /** Control frames are short and rare; one that is split is read when the rest is there. */
  private void control(ChannelHandlerContext ctx, ByteBuf in, int frame, int length) {
    if (length > MAX_CONTROL) {
      throw new IllegalStateException("control frame of " + length + " bytes");
    }
    int opcode = head[0] & OPCODE;
    headBytes = 0;
    if (opcode == PING && in.readableBytes() >= length) {
      ByteBuf pong = ctx.alloc().buffer(frame + Integer.BYTES + length);
      pong.writeByte(MASKED | PONG).writeByte(MASKED | length).writeInt(0); // A mask of zeros.
      pong.writeBytes(in, length);
      ctx.writeAndFlush(pong);
      return;
    }
    if (opcode == CLOSE) {
      ctx.close();
    }
    sampled = false;
    bodyLeft = length;
  }
}
