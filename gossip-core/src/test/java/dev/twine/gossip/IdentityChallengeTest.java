package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.IdentityMessage.Step;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityChallengeTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final NodeKey A = NodeKey.ed25519FromSeed(filled(1));
  private static final NodeKey B = NodeKey.ed25519FromSeed(filled(9));
  private static final String NAME = "127.0.0.1:4160";

  @Test
  void matchesTheBytesOfAChallenge() {
    var dialler = IdentityChallenge.dial(A, NAME, filled(2));
    byte[] outer = Base64.getDecoder().decode(dialler.header());
    String inner = "83" + "a161c40e3132372e302e302e313a34313630" + "a163c420" + "02".repeat(32)
        + "a2706bc4208a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
    assertThat(outer).hasSize(166);
    assertThat(HEX.formatHex(outer))
        .isEqualTo("82a26963" + inner + "a3736967c440"
            + "f049cbdd0cb65278afde3ef554686337b016eec433f6f9a106beba1711624790"
            + "72d233b7de3f7b9d969b6da4be2edf4842f749354153263fd2fda8bf1704e601");
  }

  @Test
  void matchesTheBytesOfAVerification() {
    byte[] body =
        IdentityMessage.sign(Step.VERIFICATION, Map.of("rc", filled(3)), A).encode();
    assertThat(body).hasSize(113);
    assertThat(HEX.formatHex(body))
        .isEqualTo("82a369766d81a27263c420" + "03".repeat(32) + "a3736967c440"
            + "87a0a5dfdd16a5a13528ee231a7042795b21341aa0610329c7f501c10bc0f77"
            + "adfa9df44e84533303c5d9b7dca62eb2c50e81d117c06a6c6522837992c84a902");
  }

  @Test
  void provesBothEndsToEachOther() {
    var dialler = IdentityChallenge.dial(A, "LocalHost:4160", RANDOM);
    var listener = IdentityChallenge.listen(B, List.of("localhost:4160"), RANDOM);

    var pending = listener.challenge(dialler.header()).orElseThrow();
    var proven = dialler.response(pending.header()).orElseThrow();
    pending.verify(proven.verification());

    assertThat(pending.claimed()).isEqualTo(A.publicKey());
    assertThat(proven.key()).isEqualTo(B.publicKey());
    assertThat(proven.verification().length)
        .isLessThanOrEqualTo(TagTable.standard().maxBytes(TagTable.NI.code()));
  }

  @Test
  void takesTheNodeIdThatTheDiallerExpectsAsAName() {
    var listener = IdentityChallenge.listen(B, List.of(NAME, B.nodeId().toString()), RANDOM);
    var dialler = IdentityChallenge.dial(A, B.nodeId().toString(), RANDOM);
    assertThat(listener.challenge(dialler.header())).isPresent();
  }

  @Test
  void goesOnWithoutIdentityIfTheHeaderIsMissingOrTheAddressIsAnothers() {
    var listener = IdentityChallenge.listen(B, List.of("example.org:4160"), RANDOM);
    var dialler = IdentityChallenge.dial(A, NAME, RANDOM);
    assertThat(listener.challenge(null)).isEmpty();
    assertThat(listener.challenge("")).isEmpty();
    assertThat(listener.challenge(dialler.header())).isEmpty();
    assertThat(dialler.response(null)).isEmpty();
    assertThat(dialler.response("")).isEmpty();
  }

  @Test
  void refusesEveryChangedByteOfAChallenge() {
    var listener = IdentityChallenge.listen(B, List.of(NAME), RANDOM);
    byte[] outer =
        Base64.getDecoder().decode(IdentityChallenge.dial(A, NAME, filled(2)).header());
    for (int i = 0; i < outer.length; i++) {
      byte[] changed = outer.clone();
      changed[i] ^= 1;
      String header = Base64.getEncoder().encodeToString(changed);
      assertThatThrownBy(() -> listener.challenge(header))
          .as("byte %d", i)
          .isInstanceOf(BadMessageException.class);
    }
  }

  @Test
  void refusesAWrongSignatureEvenOfAChallengeForSomebodyElse() {
    var listener = IdentityChallenge.listen(B, List.of("example.org:1"), RANDOM);
    byte[] outer =
        Base64.getDecoder().decode(IdentityChallenge.dial(A, NAME, RANDOM).header());
    outer[outer.length - 40] ^= 1;
    assertThatThrownBy(() -> listener.challenge(Base64.getEncoder().encodeToString(outer)))
        .hasMessage("identity message with a wrong signature");
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "gqJpYw", "AAAA", "gg==", "gqJpY4OhYcQ="})
  void refusesHeadersThatAreNoMessages(String header) {
    var listener = IdentityChallenge.listen(B, List.of(NAME), RANDOM);
    var dialler = IdentityChallenge.dial(A, NAME, RANDOM);
    assertThatThrownBy(() -> listener.challenge(header)).isInstanceOf(BadMessageException.class);
    assertThatThrownBy(() -> dialler.response(header)).isInstanceOf(BadMessageException.class);
  }

  @Test
  void refusesEveryPrefixAndAByteBehindTheEnd() {
    var pending = pending(A);
    byte[] body = verification(A, pending.expected());
    for (int length = 0; length < body.length; length++) {
      byte[] prefix = Arrays.copyOf(body, length);
      assertThatThrownBy(() -> pending.verify(prefix)).isInstanceOf(BadMessageException.class);
    }
    assertThatThrownBy(() -> pending.verify(Arrays.copyOf(body, body.length + 1)))
        .isInstanceOf(BadMessageException.class);
    pending.verify(body);
  }

  @Test
  void refusesAVerificationOfAnotherKeyAndOneOfAnotherSession() {
    var pending = pending(A);
    byte[] ofAnotherKey = verification(B, pending.expected());
    byte[] ofAnotherSession = verification(A, pending(A).expected());
    assertThatThrownBy(() -> pending.verify(ofAnotherKey))
        .hasMessage("identity message with a wrong signature");
    assertThatThrownBy(() -> pending.verify(ofAnotherSession))
        .hasMessage("identity verification of another challenge");
  }

  @Test
  void refusesAResponseToAnotherChallengeOfTheSameDialler() {
    var listener = IdentityChallenge.listen(B, List.of(NAME), RANDOM);
    var first = IdentityChallenge.dial(A, NAME, RANDOM);
    var second = IdentityChallenge.dial(A, NAME, RANDOM);
    String replayed = listener.challenge(first.header()).orElseThrow().header();
    assertThatThrownBy(() -> second.response(replayed))
        .hasMessage("identity response to another challenge");
  }

  @Test
  void refusesAMessageOfAnotherStep() {
    var listener = IdentityChallenge.listen(B, List.of(NAME), RANDOM);
    var dialler = IdentityChallenge.dial(A, NAME, RANDOM);
    assertThatThrownBy(() -> dialler.response(dialler.header()))
        .isInstanceOf(BadMessageException.class);
    String response = listener.challenge(dialler.header()).orElseThrow().header();
    assertThatThrownBy(() -> listener.challenge(response)).isInstanceOf(BadMessageException.class);
  }

  @Test
  void leavesAChallengeOfZerosOutAsTheCanonicalFormDoes() {
    var dialler = IdentityChallenge.dial(A, NAME, new byte[32]);
    var listener = IdentityChallenge.listen(B, List.of(NAME), RANDOM);
    byte[] outer = Base64.getDecoder().decode(dialler.header());
    assertThat(outer).hasSize(166 - 36);
    String response = listener.challenge(dialler.header()).orElseThrow().header();
    assertThat(dialler.response(response)).isPresent();
  }

  @Test
  void takesAddressesOfTwoHundredAndEightyEightBytesAndNotOneMore() {
    String longest = "a".repeat(288);
    var listener = IdentityChallenge.listen(B, List.of(longest), RANDOM);
    String header = IdentityChallenge.dial(A, longest, RANDOM).header();
    assertThat(listener.challenge(header)).isPresent();
    assertThatThrownBy(() -> IdentityChallenge.dial(A, longest + "a", RANDOM))
        .isInstanceOf(IllegalArgumentException.class);

    byte[] tooLong = "a".repeat(289).getBytes(StandardCharsets.US_ASCII);
    String forged = IdentityMessage.sign(
            Step.CHALLENGE,
            Map.of("a", tooLong, "c", filled(2), "pk", A.publicKey().raw()),
            A)
        .toHeader();
    assertThatThrownBy(() -> listener.challenge(forged)).isInstanceOf(BadMessageException.class);
  }

  @Test
  void worksWithEd25519KeysOnly() {
    NodeKey other = NodeKey.generate(KeyType.SECP256K1);
    assertThat(IdentityChallenge.supports(other)).isFalse();
    assertThatThrownBy(() -> IdentityChallenge.dial(other, NAME, RANDOM))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static IdentityChallenge.Pending pending(NodeKey dialler) {
    var listener = IdentityChallenge.listen(B, List.of(NAME), RANDOM);
    return listener
        .challenge(IdentityChallenge.dial(dialler, NAME, RANDOM).header())
        .orElseThrow();
  }

  private static byte[] verification(NodeKey key, byte[] expected) {
    return IdentityMessage.sign(Step.VERIFICATION, Map.of("rc", expected), key).encode();
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
