package dev.twine.p2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.BadMessageException;
import dev.twine.gossip.LocalNode;
import dev.twine.identity.NodeKey;
import dev.twine.network.TwineException.Code;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ends of a stream say first, byte by byte. */
class MetainfoTest {
  private static final LocalNode LOCAL = new LocalNode(
      NodeKey.ed25519FromSeed(new byte[32]),
      "net",
      "twine-test/1",
      new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
      Set.of(LocalNode.TWINE1, LocalNode.PPZSTD),
      null);

  private static byte[] written() {
    ByteBuf out = MetainfoCodec.write(Metainfo.of(LOCAL), UnpooledByteBufAllocator.DEFAULT);
    try {
      return ByteBufUtil.getBytes(out);
    } finally {
      out.release();
    }
  }

  private static Metainfo read(SortedMap<String, List<String>> headers) {
    return Metainfo.read(MetainfoCodec.decode(MetainfoCodec.encode(headers)));
  }

  private static SortedMap<String, List<String>> headers(String... names) {
    var headers = new TreeMap<String, List<String>>();
    for (int i = 0; i < names.length; i += 2) {
      headers.put(names[i], List.of(names[i + 1]));
    }
    return headers;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  @Test
  void whatOneNodeWritesTheOtherReads() {
    ByteBuf in = Unpooled.wrappedBuffer(written());

    Metainfo read = MetainfoCodec.read(in);

    assertThat(read).isNotNull();
    assertThat(in.isReadable()).isFalse();
    assertThat(read.versions()).containsExactly("2.2");
    assertThat(read.network()).isEqualTo("net");
    assertThat(read.agent()).isEqualTo("twine-test/1");
    assertThat(read.features()).containsExactlyInAnyOrder("twine1", "ppzstd");
    assertThat(read.random()).isEqualTo(LOCAL.nodeRandom());
  }

  /** Names as Go spells them, in order, each with a list of one value. */
  @Test
  void theBytesAreThoseOfGo() {
    byte[] bytes = written();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);

    assertThat(((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff)).isEqualTo(bytes.length - 2);
    assertThat(bytes[2]).isEqualTo((byte) 0x88);
    assertThat(text)
        .containsSubsequence(
            "\u00b9X-Algorand-Accept-Version\u0091\u00a32.2",
            "\u00b2X-Algorand-Genesis\u0091\u00a3net",
            "\u00b7X-Algorand-Instancename\u0091\u00a0",
            "X-Algorand-Noderandom\u0091",
            "\u00b8X-Algorand-Peer-Features\u0091\u00adppzstd,twine1",
            "\u00b0X-Algorand-Telid\u0091\u00a0",
            "\u00b2X-Algorand-Version\u0091\u00a32.2",
            "X-Twine-Agent\u0091\u00ac" + "twine-test/1");
  }

  @Test
  void nothingIsReadUntilAllIsThere() {
    byte[] bytes = written();
    for (int cut = 0; cut < bytes.length; cut++) {
      ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, cut);
      assertThat(MetainfoCodec.read(in)).isNull();
      assertThat(in.readableBytes()).isEqualTo(cut);
    }
  }

  @Test
  void everyCutOfTheMapIsRefused() {
    byte[] map = MetainfoCodec.encode(Metainfo.of(LOCAL).headers());
    for (int cut = 0; cut < map.length; cut++) {
      byte[] part = Arrays.copyOf(map, cut);
      assertThatThrownBy(() -> MetainfoCodec.decode(part)).isInstanceOf(BadMessageException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Not a map; a map of numbers; a value that is no list; a list of numbers; nil.
        "a1 61",
        "81 01 90",
        "81 a1 61 a1 62",
        "81 a1 61 91 01",
        "81 a1 61 c0",
        "c0",
        // More names and values, and longer texts, than there are bytes.
        "df ff ff ff ff",
        "de 00 40",
        "81 a1 61 dd ff ff ff ff",
        "81 db 7f ff ff ff 61",
        "81 db ff ff ff ff 61",
        "81 a1 61 91 db 00 ff ff ff 61",
        "df 7f ff ff ff",
        // Bytes behind.
        "80 80",
        "81 a1 61 90 c0"
      })
  void whatIsNotAMapOfListsOfTextIsRefused(String bytes) {
    assertThatThrownBy(() -> MetainfoCodec.decode(hex(bytes)))
        .isInstanceOf(BadMessageException.class);
  }

  @Test
  void asManyNamesAndValuesAsAllowedAreReadAndNotOneMore() {
    var headers = new TreeMap<String, List<String>>();
    for (int i = 0; i < MetainfoCodec.MAX_KEYS; i++) {
      headers.put("k" + i, Collections.nCopies(MetainfoCodec.MAX_VALUES, "v"));
    }
    assertThat(MetainfoCodec.decode(MetainfoCodec.encode(headers))).isEqualTo(headers);

    headers.put("k0", Collections.nCopies(MetainfoCodec.MAX_VALUES + 1, "v"));
    assertThatThrownBy(() -> MetainfoCodec.decode(MetainfoCodec.encode(headers)))
        .hasMessageContaining("16 values");

    headers.put("k0", List.of());
    headers.put("one more", List.of());
    assertThatThrownBy(() -> MetainfoCodec.decode(MetainfoCodec.encode(headers)))
        .hasMessageContaining("64 names");
  }

  @Test
  void aNetworkThatIsNotToldFitsAndAnotherOneDoesNot() {
    assertThat(read(headers(Metainfo.VERSION, "2.2")).misfit(LOCAL)).isNull();
    assertThat(read(headers(Metainfo.VERSION, "2.2", Metainfo.GENESIS, "net")).misfit(LOCAL))
        .isNull();
    Refusal other =
        read(headers(Metainfo.VERSION, "2.2", Metainfo.GENESIS, "ot\nher")).misfit(LOCAL);
    assertThat(other).isNotNull();
    assertThat(other.code()).isEqualTo(Code.NETWORK_MISMATCH);
    assertThat(other.what()).contains("ot\\u000aher").contains("instead of net");
  }

  @Test
  void acceptedVersionsCountBeforeTheVersion() {
    var both = headers(Metainfo.VERSION, "3.0");
    both.put(Metainfo.ACCEPT_VERSION, List.of("3.0", "2.2"));
    assertThat(read(both).misfit(LOCAL)).isNull();
    assertThat(read(headers(Metainfo.VERSION, "2.1")).misfit(LOCAL)).isNotNull();
    assertThat(read(headers()).misfit(LOCAL)).isNotNull();
  }

  @Test
  void namesAreComparedAsTheyAreSpelled() {
    Metainfo read = read(headers(Metainfo.VERSION, "2.2", "X-Algorand-GENESIS", "other"));

    assertThat(read.network()).isEmpty();
  }

  @Test
  void featuresAndRandomHaveLimits() {
    assertThatThrownBy(() -> read(headers(Metainfo.FEATURES, "f,".repeat(600))))
        .isInstanceOf(BadMessageException.class);
    assertThatThrownBy(() -> read(headers(Metainfo.NODE_RANDOM, "r".repeat(65))))
        .isInstanceOf(BadMessageException.class);
  }

  @Test
  void unknownNamesAreReadOver() {
    Map<String, List<String>> more = headers(Metainfo.VERSION, "2.2", "X-Other", "whatever");

    assertThat(Metainfo.read(more).misfit(LOCAL)).isNull();
  }
}
