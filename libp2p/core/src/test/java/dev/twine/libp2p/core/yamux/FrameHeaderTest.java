package dev.twine.libp2p.core.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameHeaderTest {
  @ParameterizedTest
  @CsvSource({
    "DATA,           1,          1,          5, 000000010000000100000005",
    "DATA,           6,         -1,          0, 00000006ffffffff00000000",
    "WINDOW_UPDATE,  2,          3,     262144, 000100020000000300040000",
    "WINDOW_UPDATE, 12,          2, 4294967295, 0001000c00000002ffffffff",
    "PING,           1,          0, 4294967295, 0002000100000000ffffffff",
    "PING,           2,          0,          7, 000200020000000000000007",
    "GO_AWAY,        0,          0,          1, 000300000000000000000001",
  })
  void matchesTheBytesOnTheWire(FrameType type, int flags, int stream, long length, String hex) {
    var header = new FrameHeader(type, flags, stream, length);
    var out = Unpooled.buffer();

    header.write(out);

    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(hex);
    assertThat(FrameHeader.read(out)).isEqualTo(header);
  }

  @ParameterizedTest
  @CsvSource({
    "010000000000000100000000, unsupported version 1",
    "ff0000000000000100000000, unsupported version 255",
    "000400000000000100000000, unknown frame type 4",
    "00ff00000000000100000000, unknown frame type 255",
    "000000100000000100000000, unknown flags 0x10",
    "000180000000000100000000, unknown flags 0x8000",
    "000000000000000000000005, DATA with stream ID 0",
    "000100010000000000000000, WINDOW_UPDATE with stream ID 0",
    "000200010000000100000000, PING with stream ID 1",
    "000300000000000200000000, GO_AWAY with stream ID 2",
    "000200000000000000000000, ping with flags 0x0",
    "000200030000000000000000, ping with flags 0x3",
    "000200040000000000000000, ping with flags 0x4",
    "000300010000000000000000, go-away with flags 0x1",
    "000000030000000100000000, one frame opens and accepts a stream",
    "0001000f0000000100000000, one frame opens and accepts a stream",
  })
  void refusesWhatTheSpecificationGivesNoMeaning(String hex, String reason) {
    var in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));

    assertThatThrownBy(() -> FrameHeader.read(in))
        .isInstanceOf(YamuxException.class)
        .hasMessage(reason)
        .satisfies(e -> assertThat(((YamuxException) e).offence()).isEqualTo(Offence.BAD_HEADER))
        .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
  }

  @Test
  void onlyDataFramesHaveABody() {
    assertThat(new FrameHeader(FrameType.DATA, 0, 1, 7).bodyLength()).isEqualTo(7);
    assertThat(new FrameHeader(FrameType.WINDOW_UPDATE, 0, 1, 7).bodyLength()).isZero();
    assertThat(new FrameHeader(FrameType.PING, FrameHeader.SYN, 0, 7).bodyLength())
        .isZero();
    assertThat(new FrameHeader(FrameType.GO_AWAY, 0, 0, 7).bodyLength()).isZero();
  }

  @Test
  void unknownReasonsForGoingAwayAreErrors() {
    assertThat(GoAwayCode.describe(0)).isEqualTo("NORMAL");
    assertThat(GoAwayCode.describe(1)).isEqualTo("PROTOCOL_ERROR");
    assertThat(GoAwayCode.describe(2)).isEqualTo("INTERNAL_ERROR");
    assertThat(GoAwayCode.describe(0xffffffffL)).isEqualTo("code 0xffffffff");
  }
}
