package dev.twine.gossip;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.network.Lane;
import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.network.TagSpec.Duplicates;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagTableTest {
  private final TagTable table = TagTable.standard();

  @ParameterizedTest
  @CsvSource({
    "AV, PRIORITY,    1228, false",
    "PP, PRIORITY, 5250618, false",
    "VP, PRIORITY,    1228, true",
    "TX, BULK,     5000000, false",
    "VB, BULK,     6291456, false",
    "UE, BULK,          67, false",
    "TS, BULK,     6291456, true",
    "MI, PRIORITY,    1032, true",
    "MS, BULK,          69, true",
    "NI, PRIORITY,     215, true",
    "NP, PRIORITY,     850, true",
    "SP, BULK,        6378, false",
    "tw, BULK,     1048576, false",
    "tq, BULK,     1048576, false",
    "tp, PRIORITY,     512, true",
  })
  void hasTheLaneAndTheLimitOfEveryStandardTag(
      String name, Lane lane, int maxBytes, boolean control) {
    int code = Tag.of(name).code();
    TagSpec spec = table.spec(code);

    assertThat(spec).isNotNull();
    assertThat(spec.lane()).isEqualTo(lane);
    assertThat(table.maxBytes(code)).isEqualTo(maxBytes).isEqualTo(spec.maxBytes());
    assertThat(table.isControl(code)).isEqualTo(control);
    assertThat(table.isPrivate(code)).isEqualTo(name.startsWith("t"));
  }

  @Test
  void readsUnknownAndUnprintableTagsUpToTheCeiling() {
    for (int code : new int[] {Tag.of("zz").code(), 0, 0xffff, 0x2041, 0x4120, 0x417f, 0x8041}) {
      assertThat(table.maxBytes(code)).isEqualTo(6 << 20);
      assertThat(table.knows(code)).isFalse();
      assertThat(table.spec(code)).isNull();
    }
  }

  @Test
  void everyCodeIsKnownExactlyIfItIsInTheList() {
    var listed = table.specs().stream().map(spec -> spec.tag().code()).toList();
    for (int code = 0; code <= 0xffff; code++) {
      assertThat(table.knows(code)).isEqualTo(listed.contains(code));
    }
  }

  @Test
  void leavesStateProofsAndPrivateTagsOutOfTheDefaultInterestOfAnUnmodifiedPeer() {
    assertThat(names(table.defaultInterest(false)))
        .containsExactly("AV", "MI", "MS", "NI", "NP", "PP", "TS", "TX", "UE", "VB", "VP");
    assertThat(names(table.defaultInterest(true))).contains("tw", "tq", "tp").doesNotContain("SP");
  }

  @Test
  void keepsUserDefinedTagsAsTheyWereDefined() {
    TagSpec spec = TagSpec.of("x1").withLane(Lane.PRIORITY).withMaxBytes(77);
    TagTable own = TagTable.with(List.of(spec));

    assertThat(own.spec(spec.tag().code())).isEqualTo(spec);
    assertThat(own.maxBytes(spec.tag().code())).isEqualTo(77);
    assertThat(own.isPrivate(spec.tag().code())).isTrue();
    assertThat(own.isControl(spec.tag().code())).isFalse();
    assertThat(own.defaultInterest(true)).contains(spec.tag().code());
    assertThat(own.defaultInterest(false)).doesNotContain(spec.tag().code());
    assertThat(table.knows(spec.tag().code())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TX", "MI", "tw", "tp"})
  void refusesToRedefineAReservedTag(String tag) {
    assertThatThrownBy(() -> TagTable.with(List.of(TagSpec.of(tag))))
        .isInstanceOfSatisfying(
            TwineException.class, e -> assertThat(e.code()).isEqualTo(Code.ALREADY_REGISTERED))
        .hasMessage("tag reserved by the protocol: " + tag + ": choose two other characters");
  }

  @Test
  void refusesATagThatIsDefinedTwice() {
    var twice = List.of(TagSpec.of("ab"), TagSpec.of("ab").withMaxBytes(5));
    assertThatThrownBy(() -> TagTable.with(twice))
        .hasMessage("tag defined twice: ab: choose two other characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,", ",a", "pi", "pj"})
  void refusesTagsThatAMessageOfInterestCannotName(String tag) {
    assertThatThrownBy(() -> TagTable.with(List.of(TagSpec.of(tag))))
        .isInstanceOfSatisfying(
            TwineException.class, e -> assertThat(e.code()).isEqualTo(Code.BAD_VALUE));
  }

  @Test
  void takesAsManyUserDefinedTagsAsOneMessageOfInterestHolds() {
    TagTable full = TagTable.with(userTags(TagTable.MAX_USER_DEFINED));
    byte[] body = MessagesOfInterest.encode(full.defaultInterest(true), full, true);

    assertThat(body.length).isLessThanOrEqualTo(MessagesOfInterest.MAX_BYTES);
    assertThat(MessagesOfInterest.decode(body, full, true)).isEqualTo(full.defaultInterest(true));
    assertThatThrownBy(() -> TagTable.with(userTags(TagTable.MAX_USER_DEFINED + 1)))
        .hasMessage("too many user-defined tags: 257: define at most 256");
  }

  @Test
  void refusesARelayedTagWhoseCopiesNobodyStops() {
    TagSpec endless = TagSpec.of("ab").withDuplicates(Duplicates.KEPT);

    assertThatThrownBy(() -> TagTable.with(List.of(endless)))
        .isInstanceOfSatisfying(
            TwineException.class, e -> assertThat(e.code()).isEqualTo(Code.BAD_VALUE))
        .hasMessage("a relayed tag cannot keep its duplicates: ab: "
            + "deduplicate it by content, or make its kind direct");
    assertThat(TagTable.with(List.of(endless.withKind(TagSpec.Kind.DIRECT)))
            .knows(Tag.of("ab").code()))
        .isTrue();
  }

  private int limit(String head) {
    byte[] bytes = Arrays.copyOf(head.getBytes(US_ASCII), TagTable.HEAD_BYTES);
    return table.maxMessageBytes(ByteBuffer.wrap(bytes).getInt(), head.length());
  }

  @Test
  void aMessageIsAsLargeAsItsTagAllowsAndAnyUntilTheTagIsKnown() {
    assertThat(limit("")).isEqualTo(limit("A")).isEqualTo(2 + TagSpec.MAX_BYTES);
    assertThat(limit("AV")).isEqualTo(limit("AVA")).isEqualTo(limit("AVVB")).isEqualTo(2 + 1228);
    assertThat(limit("zzAV")).isEqualTo(2 + TagTable.UNKNOWN_MAX_BYTES);
  }

  @Test
  void aDirectMessageIsAsLargeAsTheTagInsideAllowsAndNeverLargerThanItsOwn() {
    assertThat(limit("td")).isEqualTo(limit("tdA")).isEqualTo(2 + TagSpec.MAX_BYTES);
    assertThat(limit("tdAV")).isEqualTo(2 + 2 + 1228);
    assertThat(limit("tdTX")).isEqualTo(2 + 2 + 5_000_000);
    assertThat(limit("tdVB")).isEqualTo(limit("tdzz")).isEqualTo(2 + TagSpec.MAX_BYTES);
  }

  @Test
  void deduplicatesApplicationEnvelopesById() {
    assertThat(table.spec(TagTable.ENVELOPE.code()).duplicates())
        .isEqualTo(Duplicates.BY_ENVELOPE_ID);
  }

  private static List<TagSpec> userTags(int count) {
    var specs = new ArrayList<TagSpec>();
    for (int i = 0; i < count; i++) {
      specs.add(TagSpec.of("" + (char) ('A' + i / 26) + (char) ('a' + i % 26)));
    }
    return specs;
  }

  private static List<String> names(int[] codes) {
    return IntStream.of(codes).mapToObj(code -> new Tag(code).toString()).toList();
  }
}
