package dev.twine.gossip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of tag {@code te}, by which Twine nodes ask each other for peers:
 *
 * <pre>
 * 1      version, 1
 * 1      0 asks; 1 answers, and then
 * 1      number of records, at most 50
 * 2 + r  each {@link PeerRecord}
 * </pre>
 */
final class ExchangeCodec {
  /** Records in one answer. */
  static final int MAX_RECORDS = 50;

  /** Room for as many of the usual length, and for half as many of the longest. */
  static final int MAX_BYTES = 16 * 1024;

  private static final int VERSION = 1;
  private static final int ASK = 0;
  private static final int ANSWER = 1;
  private static final int COUNT_AT = 2;

  private ExchangeCodec() {}

  static byte[] ask() {
    return new byte[] {VERSION, ASK};
  }

  /** As many of the records, from the first on, as one message holds. */
  static byte[] answer(List<PeerRecord> records) {
    ByteBuf out = Unpooled.buffer().writeByte(VERSION).writeByte(ANSWER).writeByte(0);
    int count = 0;
    for (PeerRecord record : records) {
      int length = record.encoded().length;
      if (count < MAX_RECORDS && out.writerIndex() + Short.BYTES + length <= MAX_BYTES) {
        SizedBytes.write(record.encoded(), out);
        count++;
      }
    }
    out.setByte(COUNT_AT, count);
    byte[] message = new byte[out.readableBytes()];
    out.readBytes(message);
    return message;
  }

  /**
   * Whether a message asks; else it answers.
   *
   * @throws BadMessageException if it is neither
   */
  static boolean isAsk(byte[] body) {
    if (body.length < 2 || body.length > MAX_BYTES || body[0] != VERSION) {
      throw new BadMessageException("peer exchange of another version or size");
    }
    boolean asks = body[1] == ASK;
    if (asks ? body.length > 2 : body[1] != ANSWER) {
      throw new BadMessageException("peer exchange of unknown kind, or bytes after it");
    }
    return asks;
  }

  /**
   * The records of an answer; signatures are yet to be checked.
   *
   * @throws BadMessageException if it is malformed or beyond a bound above
   */
  static List<PeerRecord> records(byte[] body) {
    ByteBuf in = Unpooled.wrappedBuffer(body).skipBytes(isAsk(body) ? body.length : COUNT_AT);
    int count = in.isReadable() ? in.readUnsignedByte() : MAX_RECORDS + 1;
    if (count > MAX_RECORDS) {
      throw new BadMessageException("peer exchange of too many records");
    }
    var records = new ArrayList<PeerRecord>();
    for (int i = 0; i < count; i++) {
      byte[] record = SizedBytes.read(in, PeerRecord.MAX_BYTES, "peer exchange cut short");
      records.add(PeerRecord.parse(record));
    }
    if (in.isReadable()) {
      throw new BadMessageException("bytes after the peer exchange");
    }
    return records;
  }
}
