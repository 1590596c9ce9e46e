package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderValuesTest {
  @Test
  void readsFeaturesWithoutSpacesAndKeepsUnknownOnes() {
    assertThat(Features.parse(" ppzstd, avvpack1024 ,,twine1,new", "2.2"))
        .containsExactlyInAnyOrder("ppzstd", "avvpack1024", "twine1", "new");
    assertThat(Features.parse("", "2.2")).isEmpty();
    assertThat(Features.parse(Features.format(List.of("b", "a")), "2.2"))
        .containsExactlyInAnyOrder("a", "b");
    assertThat(Features.format(List.of("twine1", "ppzstd"))).isEqualTo("ppzstd,twine1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.1", "1.2", "3.0", "2", "", "2.2.0", "x.y", "-2.2", "99999999999.2"})
  void knowsNoFeaturesBelowVersionTwoPointTwo(String version) {
    assertThat(Features.parse("twine1", version)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.2", "2.10", "3.2"})
  void knowsFeaturesFromVersionTwoPointTwoOn(String version) {
    assertThat(Features.parse("twine1", version)).containsExactly("twine1");
  }

  @Test
  void takesThirtyTwoFeaturesAndAThousandTwentyFourCharactersAndNotOneMore() {
    assertThat(Features.parse(tokens(32), "2.2")).hasSize(32);
    assertThatThrownBy(() -> Features.parse(tokens(33), "2.2")).hasMessage("more than 32 features");
    assertThat(Features.parse(",".repeat(1_024), "2.2")).isEmpty();
    assertThatThrownBy(() -> Features.parse(",".repeat(1_025), "2.2"))
        .isInstanceOf(BadMessageException.class);
  }

  @Test
  void readsItsOwnNodeRandomBack() {
    byte[] random = NodeRandom.create(new SecureRandom());
    String header = NodeRandom.format(random);
    assertThat(header).hasSize(16);
    assertThat(NodeRandom.parse(header)).isEqualTo(random);
  }

  @Test
  void takesAnyShortTextAsNodeRandom() {
    assertThat(NodeRandom.parse("not base64!"))
        .isEqualTo("not base64!".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(NodeRandom.parse("-".repeat(64))).hasSize(64);
    assertThatThrownBy(() -> NodeRandom.parse("")).isInstanceOf(BadMessageException.class);
    assertThatThrownBy(() -> NodeRandom.parse("-".repeat(65)))
        .isInstanceOf(BadMessageException.class);
  }

  @Test
  void showsNothingOfAPeersTextButPrintableAscii() {
    assertThat(PeerText.escape("go-node/4.4 (x=1)")).isEqualTo("go-node/4.4 (x=1)");
    assertThat(PeerText.escape("a\r\nb\u001b[2J\\\u007fé\u202e"))
        .isEqualTo("a\\u000d\\u000ab\\u001b[2J\\u005c\\u007f\\u00e9\\u202e");
  }

  @Test
  void cutsAPeersTextBehindAHundredAndTwentyEightCharacters() {
    assertThat(PeerText.escape("a".repeat(128))).isEqualTo("a".repeat(128));
    assertThat(PeerText.escape("a".repeat(129))).isEqualTo("a".repeat(128) + "...");
    assertThat(PeerText.escape("\n".repeat(1_000_000))).hasSize(128 * 6 + 3);
  }

  private static String tokens(int count) {
    return IntStream.range(0, count).mapToObj(i -> "f" + i).collect(Collectors.joining(","));
  }
}
