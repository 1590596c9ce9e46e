package dev.twine.libp2p.core.multistream;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of multistream-select: its length as a varint, text, and a newline that the length counts.
 *
 * @see <a href="https://github.com/multiformats/multistream-select">multistream-select</a>
 */
final class Line {
  /** What each side says first. */
  static final String HEADER = "/multistream/1.0.0";

  /** The answer to a protocol that is not spoken. */
  static final String REFUSAL = "na";

  /** Asks for the list of protocols. Some implementations answer it as an unknown protocol. */
  static final String LIST = "ls";

  /** The longest line with its newline, as go and js have it. */
  static final int MAX_BYTES = 1024;

  private static final byte NEWLINE = '\n';

  private Line() {}

  static void write(ByteBuf out, String text) {
    Varint.write(out, ByteBufUtil.utf8Bytes(text) + 1);
    ByteBufUtil.writeUtf8(out, text);
    out.writeByte(NEWLINE);
  }

  /** Whether a name can be proposed. */
  static boolean fits(String text) {
    return !text.isEmpty() && text.indexOf(NEWLINE) < 0 && ByteBufUtil.utf8Bytes(text) < MAX_BYTES;
  }

  /**
   * Reads one line and moves the reader index behind it.
   *
   * @return null, with the reader index where it was, while the line is not complete
   * @throws Libp2pException if it is too long or does not end in a newline
   */
  static @Nullable String read(ByteBuf in) {
    int start = in.readerIndex();
    long length = Varint.read(in);
    if (length == Varint.INCOMPLETE) {
      return null;
    }
    if (length < 1 || length > MAX_BYTES) {
      throw bad("length " + length, "1 to " + MAX_BYTES + " bytes are accepted");
    }
    if (in.readableBytes() < length) {
      in.readerIndex(start);
      return null;
    }
    String text = in.readString((int) length - 1, StandardCharsets.UTF_8);
    if (in.readByte() != NEWLINE) {
      throw bad("no newline on its end", "the peer has to speak multistream-select here");
    }
    return text;
  }

  /** The answer to {@link #LIST}: as many lines as fit into one. */
  static void writeList(ByteBuf out, List<String> protocols) {
    ByteBuf body = out.alloc().buffer(MAX_BYTES);
    try {
      for (String protocol : protocols) {
        int room = MAX_BYTES - 1 - body.readableBytes();
        int text = ByteBufUtil.utf8Bytes(protocol) + 1;
        if (Varint.size(text) + text <= room) {
          write(body, protocol);
        }
      }
      Varint.write(out, body.readableBytes() + 1);
      out.writeBytes(body).writeByte(NEWLINE);
    } finally {
      body.release();
    }
  }

  /** The lines within the text of an answer to {@link #LIST}, up to what is malformed. */
  static List<String> parseList(ByteBuf body) {
    List<String> protocols = new ArrayList<>();
    try {
      for (String line = read(body); line != null; line = read(body)) {
        protocols.add(line);
      }
    } catch (Libp2pException e) {
      // It only serves an error message: what came before is good enough.
    }
    return protocols;
  }

  private static Libp2pException bad(String value, String remedy) {
    return new Libp2pException(
        FailureReason.PROTOCOL_ERROR, "malformed line in negotiation", value, remedy);
  }
}
