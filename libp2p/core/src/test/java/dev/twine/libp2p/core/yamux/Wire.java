package dev.twine.libp2p.core.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Frames made and taken apart by hand. */
final class Wire {
  private Wire() {}

  static ByteBuf frame(FrameType type, int flags, int stream, long length) {
    ByteBuf out = Unpooled.buffer();
    FrameHeader.write(out, type, flags, stream, length);
    return out;
  }

  static ByteBuf data(int flags, int stream, int length) {
    return frame(FrameType.DATA, flags, stream, length).writeZero(length);
  }

  /** The headers in there; releases the buffer. */
  static List<FrameHeader> headers(ByteBuf in) {
    List<FrameHeader> headers = new ArrayList<>();
    while (in.isReadable()) {
      FrameHeader header = FrameHeader.read(in);
      headers.add(header);
      in.skipBytes((int) header.bodyLength());
    }
    in.release();
    return headers;
  }

  /** The same without the pings that every connection begins with. */
  static List<FrameHeader> streamHeaders(ByteBuf in) {
    List<FrameHeader> headers = headers(in);
    headers.removeIf(header -> !header.ofStream());
    return headers;
  }

  static FrameHeader header(FrameType type, int flags, int stream, long length) {
    return new FrameHeader(type, flags, stream, length);
  }
}
