package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  /** A frame with what was read of its body. */
  private record Frame(FrameHeader header, List<Byte> body) {}

  @Test
  void framesComeOutWholeWhateverThePieces() {
    var random = new Random(20_261_121);
    for (int round = 0; round < 300; round++) {
      List<Frame> sent = randomFrames(random);
      byte[] wire = encode(sent);
      var reader = new FrameReader();
      List<Frame> read = new ArrayList<>();
      for (int from = 0; from < wire.length; ) {
        int length = Math.min(1 + random.nextInt(40), wire.length - from);
        feed(reader, Unpooled.wrappedBuffer(wire, from, length), read);
        from += length;
      }
      assertThat(read).isEqualTo(sent);
      assertThat(reader.bodyRemaining()).isZero();
    }
  }

  @Test
  void lengthsAreUnsignedEvenInPieces() {
    var reader = new FrameReader();
    var wire = Unpooled.buffer();
    FrameHeader.write(wire, FrameType.DATA, 0, 0xfffffffd, 0xfffffffeL);

    assertThat(reader.header(wire.readSlice(7))).isNull();
    var header = reader.header(wire);

    assertThat(header).isEqualTo(new FrameHeader(FrameType.DATA, 0, -3, 0xfffffffeL));
    assertThat(reader.bodyRemaining()).isEqualTo(0xfffffffeL);
  }

  private static void feed(FrameReader reader, ByteBuf in, List<Frame> read) {
    while (in.isReadable()) {
      if (reader.bodyRemaining() > 0) {
        List<Byte> body = read.get(read.size() - 1).body();
        for (int left = reader.body(in); left > 0; left--) {
          body.add(in.readByte());
        }
      } else {
        FrameHeader header = reader.header(in);
        if (header == null) {
          assertThat(in.isReadable()).isFalse();
          return;
        }
        read.add(new Frame(header, new ArrayList<>()));
      }
    }
  }

  private static List<Frame> randomFrames(Random random) {
    List<Frame> frames = new ArrayList<>();
    for (int i = random.nextInt(12); i >= 0; i--) {
      FrameType type = FrameType.of(random.nextInt(4));
      boolean ofStream = type == FrameType.DATA || type == FrameType.WINDOW_UPDATE;
      int flags = type == FrameType.GO_AWAY ? 0 : 1 + random.nextInt(2);
      int id = ofStream ? 1 + random.nextInt(9) : 0;
      int length = random.nextInt(60);
      List<Byte> body = new ArrayList<>();
      for (int n = 0; type == FrameType.DATA && n < length; n++) {
        body.add((byte) random.nextInt());
      }
      frames.add(new Frame(new FrameHeader(type, flags, id, length), body));
    }
    return frames;
  }

  private static byte[] encode(List<Frame> frames) {
    var out = new ByteArrayOutputStream();
    for (Frame frame : frames) {
      ByteBuf header = Unpooled.buffer();
      frame.header().write(header);
      out.write(header.array(), 0, header.readableBytes());
      frame.body().forEach(out::write);
    }
    return out.toByteArray();
  }
}
