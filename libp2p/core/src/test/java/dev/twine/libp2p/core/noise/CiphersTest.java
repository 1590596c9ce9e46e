package dev.twine.libp2p.core.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CiphersTest {
  private static final byte[] KEY = new byte[Aead.KEY_BYTES];

  static List<Aead.Source> here() {
    return EveryCipher.here().toList();
  }

  @ParameterizedTest
  @MethodSource("here")
  void everyCipherPassesTheKnownAnswer(Aead.Source source) {
    assertThat(Ciphers.first(List.of(source))).isSameAs(source);
  }

  @Test
  void theRuleTakesTheJdkFrom21OnAndConscryptBefore() {
    assertThat(Ciphers.preferred(21)).first().extracting(Aead.Source::name).isEqualTo("SunJCE");
    assertThat(Ciphers.preferred(17))
        .extracting(Aead.Source::name)
        .containsExactly("Conscrypt", "SunJCE", "BouncyCastle");
  }

  @Test
  void aCipherThatComputesWronglyIsPassedOver() {
    var wrong = new XorSource();
    assertThat(Ciphers.first(List.of(wrong, BouncyAead.SOURCE))).isSameAs(BouncyAead.SOURCE);
    assertThatThrownBy(() -> Ciphers.first(List.of(wrong)))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @MethodSource("here")
  void agreesWithBouncyCastleInPlaceForManyLengthsAndNonces(Aead.Source source) {
    var random = new Random(20_261_121);
    for (int length : new int[] {0, 1, 15, 16, 17, 63, 64, 65, 1_024, 65_519}) {
      long nonce = random.nextLong();
      byte[] bytes = new byte[2 + length + Aead.TAG_BYTES];
      random.nextBytes(bytes);
      byte[] expected = bytes.clone();
      assertThat(source.sealer(KEY).apply(nonce, bytes, 2, length)).isEqualTo(length + 16);
      BouncyAead.SOURCE.sealer(KEY).apply(nonce, expected, 2, length);
      assertThat(bytes).isEqualTo(expected);
      assertThat(source.opener(KEY).apply(nonce, bytes, 2, length + 16)).isEqualTo(length);
    }
  }

  @ParameterizedTest
  @MethodSource("here")
  void oneChangedBitOrATooShortMessageIsRefused(Aead.Source source) {
    byte[] sealed = source.sealer(KEY).apply(7, new byte[] {1}, new byte[40]);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 0x40;
      assertThatThrownBy(() -> source.opener(KEY).apply(7, new byte[] {1}, changed))
          .isInstanceOf(NoiseException.class);
    }
    for (int length = 0; length < Aead.TAG_BYTES; length++) {
      byte[] shortened = new byte[length];
      assertThatThrownBy(() -> source.opener(KEY).apply(7, new byte[] {1}, shortened))
          .isInstanceOf(NoiseException.class);
      assertThatThrownBy(() -> source.opener(KEY).apply(7, shortened, 0, shortened.length))
          .isInstanceOf(NoiseException.class);
    }
  }

  /** The bytes around belong to other buffers of the pool, perhaps of other connections. */
  @ParameterizedTest
  @MethodSource("here")
  void neitherSuccessNorAWrongTagTouchesTheBytesAround(Aead.Source source) {
    byte[] pool = new byte[300];
    Arrays.fill(pool, (byte) 0x5a);
    byte[] expected = pool.clone();
    int sealed = source.sealer(KEY).apply(7, pool, 100, 20);
    assertThat(sealed).isEqualTo(36);
    pool[100] ^= 1;
    assertThatThrownBy(() -> source.opener(KEY).apply(7, pool, 100, sealed))
        .isInstanceOf(NoiseException.class);
    Arrays.fill(pool, 100, 136, (byte) 0x5a);
    assertThat(pool).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("here")
  void theLastNonceIsNeverUsed(Aead.Source source) {
    var state = new CipherState(source.sealer(KEY), -2);
    assertThat(state.apply(new byte[16], 0, 0)).isEqualTo(16);
    assertThatThrownBy(() -> state.apply(new byte[16], 0, 0))
        .isInstanceOf(NoiseException.class)
        .hasMessageContaining("nonces");
  }

  /** A cipher that works and is none. */
  private static final class XorSource implements Aead.Source, Aead {
    @Override
    public String name() {
      return "xor";
    }

    @Override
    public Aead sealer(byte[] key) {
      return this;
    }

    @Override
    public Aead opener(byte[] key) {
      return this;
    }

    @Override
    public int apply(long nonce, byte[] bytes, int from, int length) {
      return length;
    }

    @Override
    public byte[] apply(byte[] iv, byte[] associatedData, byte[] input) {
      return input.clone();
    }
  }
}
