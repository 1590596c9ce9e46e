package dev.twine.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * As much of yamux as a receiver needs that opens one stream and reads: its credit is kept to, its
 * pings are answered, every other stream is reset. Batches are written as they are, each behind one
 * header, without a channel, queue or schedule of its own.
 */
final class BareStream extends ByteToMessageDecoder implements Recipient {
  /** Of a frame. */
  static final int HEADER_BYTES = 12;

  /** What a stream may be sent before the receiver gives more. */
  private static final long FIRST_CREDIT = 256 << 10;

  /** A batch and what is left of some before: receivers return credit at different times. */
  private static final long MAX_WAITING = 256 << 10;

  /** Receivers send only names of protocols. */
  private static final int LARGEST_DATA = 4 << 10;

  private static final int DATA = 0;
  private static final int WINDOW_UPDATE = 1;
  private static final int PING = 2;
  private static final int SYN = 1;
  private static final int ACK = 2;
  private static final int FIN = 4;
  private static final int RST = 8;

  private final ReceiverBatches batches;
  private final Map<Integer, StreamOffer> offers = new HashMap<>();
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private int stream;
  private long credit;
  private long waitingBytes;

  BareStream(ReceiverBatches batches) {
    this.batches = batches;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < HEADER_BYTES) {
      return;
    }
    int type = in.getUnsignedByte(in.readerIndex() + 1);
    long length = in.getUnsignedInt(in.readerIndex() + HEADER_BYTES - Integer.BYTES);
    long body = type == DATA ? length : 0;
    if (body > LARGEST_DATA) {
      ctx.close();
      in.skipBytes(in.readableBytes());
    } else if (in.readableBytes() >= HEADER_BYTES + body) {
      int flags = in.skipBytes(2).readUnsignedShort();
      int id = in.readInt();
      in.skipBytes(Integer.BYTES);
      frame(type, flags, id, length, in.readSlice((int) body));
    }
  }

  private void frame(int type, int flags, int id, long length, ByteBuf body) {
    if (type == PING && flags == SYN) {
      writeHeader(PING, ACK, 0, length);
      flush();
    } else if (type == DATA || type == WINDOW_UPDATE) {
      if ((flags & SYN) != 0) {
        offers.put(id, new StreamOffer(FIRST_CREDIT));
      }
      long more = type == WINDOW_UPDATE ? length : 0;
      if (id == stream) {
        credited(more);
      } else {
        offered(id, more, body);
      }
      if ((flags & (FIN | RST)) != 0 && id == stream) {
        here().close();
      }
    }
  }

  private void credited(long more) {
    credit += more;
    if (!waiting.isEmpty()) {
      send();
      flush();
      batches.resume();
    }
  }

  private void offered(int id, long more, ByteBuf body) {
    StreamOffer offer = offers.get(id);
    if (offer == null) {
      return;
    }
    offer.credit(more);
    switch (offer.read(body)) {
      case INCOMPLETE -> {}
      case OTHER -> {
        offers.remove(id);
        writeHeader(WINDOW_UPDATE, RST, id, 0);
        flush();
      }
      case OURS -> {
        offers.clear();
        stream = id;
        credit = offer.credit();
        ByteBuf answer = StreamOffer.answer(here().alloc());
        credit -= answer.readableBytes();
        writeHeader(DATA, ACK, id, answer.readableBytes());
        here().write(answer, here().voidPromise());
        flush();
        batches.join(this);
      }
    }
  }

  @Override
  public boolean isWritable() {
    return waitingBytes <= MAX_WAITING && here().channel().isWritable();
  }

  @Override
  public void write(ByteBuf frames) {
    waiting.add(frames);
    waitingBytes += frames.readableBytes();
    send();
  }

  private void send() {
    while (credit > 0 && !waiting.isEmpty()) {
      ByteBuf next = waiting.element();
      int part = (int) Math.min(credit, next.readableBytes());
      writeHeader(DATA, 0, stream, part);
      credit -= part;
      waitingBytes -= part;
      ByteBuf now = part == next.readableBytes() ? waiting.remove() : next.readRetainedSlice(part);
      here().write(now, here().voidPromise());
    }
  }

  @Override
  public void flush() {
    here().flush();
  }

  @Override
  public void close() {
    here().close();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    batches.resume();
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    batches.leave(this);
    waiting.forEach(ByteBuf::release);
    waiting.clear();
  }

  private void writeHeader(int type, int flags, int id, long length) {
    ByteBuf header = here().alloc().directBuffer(HEADER_BYTES);
    header.writeByte(0).writeByte(type).writeShort(flags).writeInt(id).writeInt((int) length);
    here().write(header, here().voidPromise());
  }

  private ChannelHandlerContext here() {
    return Objects.requireNonNull(context);
  }
}
