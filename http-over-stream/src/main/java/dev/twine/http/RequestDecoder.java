package dev.twine.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ByteProcessor;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder with this node's limits, made strict where it is lenient, and with a deadline on
 * each head.
 *
 * <p>What any two programs could read differently is refused: folded headers, space before the
 * request line, and anything but one space between its three parts. Netty itself refuses, as
 * configured here, bare line feeds, control characters, repeated or signed lengths, lengths beside
 * chunks, and chunks in HTTP/1.0.
 */
final class RequestDecoder extends HttpRequestDecoder {
  /** Most heads are smaller; a larger piece is worth the buffer that it came in. */
  private static final int MAX_COPY = 1_024;

  private final ServiceLimits limits;
  private final HttpCounters counters;
  private @Nullable Future<?> deadline;
  private boolean timed;
  private boolean began;
  private boolean inBody;
  private boolean bad;

  /**
   * For one channel.
   *
   * @param timesFirst whether the first head has a deadline here, and not one of the transport
   */
  RequestDecoder(ServiceLimits limits, HttpCounters counters, boolean timesFirst) {
    super(new HttpDecoderConfig()
        .setMaxInitialLineLength(limits.head().lineBytes())
        .setMaxHeaderSize(limits.head().headerBytes())
        .setStrictLineParsing(true)
        .setUseRfc9112TransferEncoding(true)
        .setAllowDuplicateContentLengths(false)
        .setValidateHeaders(true));
    this.limits = limits;
    this.counters = counters;
    this.timed = timesFirst;
    setCumulator(this::gather);
  }

  /**
   * What there is of a first head waits on the heap and in its own size. A receive buffer is many
   * times as large, and thousands of callers that do not go on would make the pool keep as many.
   */
  private ByteBuf gather(ByteBufAllocator allocator, ByteBuf held, ByteBuf in) {
    if (began || held.isReadable() || in.readableBytes() > MAX_COPY) {
      return MERGE_CUMULATOR.cumulate(allocator, held, in);
    }
    try {
      return Unpooled.copiedBuffer(in);
    } finally {
      held.release();
      in.release();
    }
  }

  /** The first head is due from the start; later ones from their first byte. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx);
    expectHead(ctx);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    headIsHere();
    super.handlerRemoved0(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    headIsHere();
    super.channelInactive(ctx);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (bad) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (!inBody) {
      expectHead(ctx);
      if (isFolded(in)) {
        refuse(in, out);
        return;
      }
    }
    int before = out.size();
    super.decode(ctx, in, out);
    for (int i = before; i < out.size(); i++) {
      follow(out.get(i));
    }
  }

  private void follow(Object part) {
    if (part instanceof HttpRequest) {
      headIsHere();
      timed = true;
      began = true;
      inBody = true;
    }
    if (part instanceof LastHttpContent) {
      inBody = false;
    }
  }

  /**
   * True if a line before the end of the head begins with white space. The buffer always begins with
   * the begin of a line, because whole lines are consumed.
   */
  private static boolean isFolded(ByteBuf in) {
    var scan = new FoldScan();
    in.forEachByte(scan);
    return scan.folded;
  }

  private void refuse(ByteBuf in, List<Object> out) {
    bad = true;
    headIsHere();
    in.skipBytes(in.readableBytes());
    HttpMessage message = createInvalidMessage();
    message.setDecoderResult(DecoderResult.failure(
        new IllegalArgumentException("a line of the head begins with white space")));
    out.add(message);
  }

  @Override
  protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
    requireOneSpace(line, start);
    return super.splitSecondWordInitialLine(line, start, length);
  }

  @Override
  protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
    requireOneSpace(line, start);
    return super.splitThirdWordInitialLine(line, start, length);
  }

  private static void requireOneSpace(byte[] line, int start) {
    if (start < 2 || line[start - 1] != ' ' || line[start - 2] <= ' ') {
      throw new IllegalArgumentException("the request line is not separated by single spaces");
    }
  }

  private void expectHead(ChannelHandlerContext ctx) {
    if (timed && deadline == null) {
      deadline = ctx.executor()
          .schedule(() -> giveUp(ctx), limits.head().time().toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void headIsHere() {
    Future<?> pending = deadline;
    deadline = null;
    if (pending != null) {
      pending.cancel(false);
    }
  }

  private void giveUp(ChannelHandlerContext ctx) {
    counters.refuse(Refusal.SLOW_HEAD);
    ctx.close();
  }

  /** Looks for white space at the begin of a line, up to the empty line. */
  private static final class FoldScan implements ByteProcessor {
    private boolean atLineStart = true;
    private boolean inHead;
    private boolean folded;

    @Override
    public boolean process(byte value) {
      if (value == '\r') {
        return true;
      }
      if (value == '\n') {
        boolean isEnd = atLineStart && inHead;
        atLineStart = true;
        return !isEnd;
      }
      folded = atLineStart && (value == ' ' || value == '\t');
      atLineStart = false;
      inHead = true;
      return !folded;
    }
  }
}
