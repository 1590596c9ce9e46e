package dev.twine.p2p;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.twine.gossip.BadMessageException;
import dev.twine.gossip.TagTable;
import dev.twine.gossip.TooLargeException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Fuzz targets of what a peer's bytes reach first on a gossip stream. */
class StreamFuzzTest {
  /** Whatever is read is within the limits, and written again it is read as the same. */
  @FuzzTest
  void metainfo(byte[] bytes) {
    try {
      Map<String, List<String>> read = MetainfoCodec.decode(bytes);
      check(read.size() <= MetainfoCodec.MAX_KEYS);
      read.values().forEach(values -> check(values.size() <= MetainfoCodec.MAX_VALUES));
      check(MetainfoCodec.decode(MetainfoCodec.encode(new TreeMap<>(read))).equals(read));
      Metainfo.read(read);
    } catch (BadMessageException expected) {
      return;
    }
  }

  /** The first byte says where the rest is cut; the messages are those of the uncut bytes. */
  @FuzzTest
  void frames(byte[] bytes) {
    int from = Math.min(1, bytes.length);
    int cut = bytes.length == 0 ? 0 : Math.min(bytes.length, from + (bytes[0] & 0xff));
    byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);

    check(read(rest, 0).equals(read(rest, cut - from)));
  }

  private static List<String> read(byte[] bytes, int cut) {
    var channel = new EmbeddedChannel(
        new FrameReader(TagTable.standard()::maxMessageBytes), new ChannelInboundHandlerAdapter() {
          @Override
          public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // A refusal, after which nothing may be read any more.
            check(cause instanceof BadMessageException || cause instanceof TooLargeException);
          }
        });
    channel.writeInbound(
        Unpooled.copiedBuffer(bytes, 0, cut),
        Unpooled.copiedBuffer(bytes, cut, bytes.length - cut));
    var messages = new ArrayList<String>();
    for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
      check(next.readableBytes() >= 2);
      messages.add(ByteBufUtil.hexDump(next));
      next.release();
    }
    channel.finishAndReleaseAll();
    return messages;
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new AssertionError("a property of the codec does not hold");
    }
  }
}
