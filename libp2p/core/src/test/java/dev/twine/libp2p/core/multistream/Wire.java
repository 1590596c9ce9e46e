package dev.twine.libp2p.core.multistream;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Refusals;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Bytes of negotiations, for tests. */
final class Wire {
  static final String HEADER = "/multistream/1.0.0";

  private Wire() {}

  static Negotiation negotiation(Refusals refusals, String... protocols) {
    return new Negotiation(
        List.of(protocols), FailureReason.PROTOCOL_NOT_SUPPORTED, Duration.ofSeconds(10), refusals);
  }

  static ByteBuf lines(String... lines) {
    ByteBuf out = Unpooled.buffer();
    for (String line : lines) {
      Line.write(out, line);
    }
    return out;
  }

  static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  /** Lines followed by other bytes. */
  static ByteBuf join(ByteBuf first, String then) {
    return first.writeBytes(then.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads and releases. */
  static String hex(ByteBuf bytes) {
    String hex = ByteBufUtil.hexDump(bytes);
    bytes.release();
    return hex;
  }
}
