package dev.twine.libp2p.core.yamux;

import io.netty.buffer.ByteBuf;

/**
 * The twelve bytes that start every frame. A value of this type that was read has passed every check
 * that needs no knowledge of the connection.
 *
 * @param flags any of {@link #SYN}, {@link #ACK}, {@link #FIN}, {@link #RST}; on data and window
 *     updates alike
 * @param streamId unsigned; 0 is the connection
 * @param length unsigned; what it counts depends on the type: body bytes, additional credit, value
 *     of a ping, reason for going away
 */
record FrameHeader(FrameType type, int flags, int streamId, long length) {
  static final int SIZE = 12;

  static final int SYN = 0x1;
  static final int ACK = 0x2;
  static final int FIN = 0x4;
  static final int RST = 0x8;

  private static final int VERSION = 0;
  private static final int ALL_FLAGS = SYN | ACK | FIN | RST;

  /** Reads {@link #SIZE} bytes, which the caller has checked are there. */
  static FrameHeader read(ByteBuf in) {
    return of(in.readLong(), in.readUnsignedInt());
  }

  /**
   * The same from what was read already.
   *
   * @param head the first eight bytes
   * @param length the other four, unsigned
   */
  static FrameHeader of(long head, long length) {
    int version = (int) (head >>> 56);
    if (version != VERSION) {
      throw bad("unsupported version " + version);
    }
    var type = FrameType.of((int) (head >>> 48) & 0xff);
    var header = new FrameHeader(type, (int) (head >>> 32) & 0xffff, (int) head, length);
    header.check();
    return header;
  }

  /** Writes {@link #SIZE} bytes. */
  void write(ByteBuf out) {
    write(out, type, flags, streamId, length);
  }

  /** The same without a value to hold the fields. */
  static void write(ByteBuf out, FrameType type, int flags, int streamId, long length) {
    long head = ((long) type.wire() << 48) | ((long) flags << 32) | (streamId & 0xffffffffL);
    out.writeLong(head).writeInt((int) length);
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Whether it belongs to a stream rather than to the connection. */
  boolean ofStream() {
    return type == FrameType.DATA || type == FrameType.WINDOW_UPDATE;
  }

  /** How many bytes follow this header. Only data frames have a body. */
  long bodyLength() {
    return type == FrameType.DATA ? length : 0;
  }

  private void check() {
    if ((flags & ~ALL_FLAGS) != 0) {
      throw bad("unknown flags 0x" + Integer.toHexString(flags));
    }
    if (ofStream() == (streamId == 0)) {
      throw bad(type + " with stream ID " + Integer.toUnsignedString(streamId));
    }
    if (type == FrameType.PING && flags != SYN && flags != ACK) {
      throw bad("ping with flags 0x" + Integer.toHexString(flags));
    }
    if (type == FrameType.GO_AWAY && flags != 0) {
      throw bad("go-away with flags 0x" + Integer.toHexString(flags));
    }
    if (has(SYN) && has(ACK)) {
      throw bad("one frame opens and accepts a stream");
    }
  }

  private static YamuxException bad(String what) {
    return new YamuxException(Offence.BAD_HEADER, what);
  }
}
