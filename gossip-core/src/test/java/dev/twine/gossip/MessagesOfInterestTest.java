package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.network.Topics.Topic;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesOfInterestTest {
  private static final String ALL = "AV,MI,MS,NI,NP,PP,SP,TS,TX,UE,VB,VP,pi,pj";
  private final TagTable table = TagTable.standard();

  @Test
  void matchesTheBytesOnTheWire() {
    byte[] body = MessagesOfInterest.encode(codes("AV"), table, false);
    assertThat(HexFormat.of().formatHex(body)).isEqualTo("010474616773024156");
    assertThat(MessagesOfInterest.decode(body, table, false)).isEqualTo(codes("AV"));
  }

  @Test
  void takesAllFourteenTagsInTheFortyEightBytesOfTheProtocol() {
    byte[] body = body(ALL);
    assertThat(body).hasSize(48);
    assertThat(MessagesOfInterest.decode(body, table, false))
        .isEqualTo(codes("AV", "MI", "MS", "NI", "NP", "PP", "SP", "TS", "TX", "UE", "VB", "VP"));
  }

  @Test
  void neverNamesPrivateTagsToAnUnmodifiedPeer() {
    int[] all = table.defaultInterest(true);
    byte[] body = MessagesOfInterest.encode(all, table, false);
    assertThat(body.length).isLessThanOrEqualTo(48);
    assertThat(MessagesOfInterest.decode(body, table, false))
        .isEqualTo(table.defaultInterest(false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tw", "TX,tq", "zz", "TX,zz"})
  void disconnectsAnUnmodifiedPeerThatNamesATagOutsideTheProtocol(String value) {
    assertThatThrownBy(() -> MessagesOfInterest.decode(body(value), table, false))
        .isInstanceOf(BadMessageException.class);
  }

  @Test
  void takesPrivateTagsFromTwinePeersAndSkipsThoseThatOnlyTheyKnow() {
    TagTable own = TagTable.with(List.of(TagSpec.of("x1")));
    assertThat(MessagesOfInterest.decode(body("TX,x1,tw,zz"), own, true))
        .isEqualTo(codes("TX", "tw", "x1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"T", "TXX", "TX,", ",TX", "TX,A", "TX;AV", "TX,,AV", ",,", "TX,AVP,", "TX AV"})
  void disconnectsForATagThatHasNotTwoCharacters(String value) {
    assertThatThrownBy(() -> MessagesOfInterest.decode(body(value), table, true))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining("two characters");
  }

  @Test
  void takesAnEmptyListAsNoInterestAtAll() {
    assertThat(MessagesOfInterest.decode(body(""), table, false)).isEmpty();
  }

  @Test
  void namesEachTagOnceHoweverOftenThePeerDoes() {
    assertThat(MessagesOfInterest.decode(body("TX,AV,TX"), table, false))
        .isEqualTo(codes("AV", "TX"));
  }

  @Test
  void takesAListOfOneThousandAndTwentyFourBytesAndNotOneMore() {
    // 341 tags of three characters and one of two are 1025; no list of tags has exactly 1024.
    String longest = "TX" + ",TX".repeat(340);
    assertThat(longest).hasSize(1022);
    assertThat(MessagesOfInterest.decode(body(longest), table, false)).isEqualTo(codes("TX"));
    assertThatThrownBy(() -> MessagesOfInterest.decode(body(longest + ",TX"), table, false))
        .hasMessage("MI list of 1025 bytes");
    assertThat(body("x".repeat(1024))).hasSize(MessagesOfInterest.MAX_BYTES);
  }

  @Test
  void disconnectsForAnotherKeyOrMoreThanOne() {
    byte[] empty = new byte[0];
    for (List<Topic> topics : List.of(
        List.<Topic>of(),
        List.of(new Topic("tag", empty)),
        List.of(new Topic("tags", empty), new Topic("tags", empty)))) {
      assertThatThrownBy(() -> MessagesOfInterest.decode(TopicsCodec.encode(topics), table, false))
          .isInstanceOf(BadMessageException.class);
    }
  }

  private static byte[] body(String value) {
    return TopicsCodec.encode(
        List.of(new Topic("tags", value.getBytes(StandardCharsets.US_ASCII))));
  }

  private static int[] codes(String... names) {
    return Stream.of(names).mapToInt(name -> Tag.of(name).code()).toArray();
  }
}
