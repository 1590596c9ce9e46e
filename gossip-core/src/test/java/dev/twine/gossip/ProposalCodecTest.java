package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProposalCodecTest {
  private static final int MAX = 5_250_618;

  @Test
  void restoresWhatItCompressedForRandomBodies() {
    var random = new Random(4);
    for (int i = 0; i < 200; i++) {
      byte[] body = body(random, random.nextInt(100_000));
      byte[] compressed = ProposalCodec.compress(body);
      assertThat(ProposalCodec.isCompressed(compressed)).isTrue();
      assertThat(ProposalCodec.decompress(compressed)).isEqualTo(body);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "28b52ffd", "28b52ffe00", "0028b52ffd", "502a4d1800000000"})
  void passesBodiesWithoutTheMagicNumberOrNothingBehindItThrough(String hex) {
    byte[] body = HexFormat.of().parseHex(hex);
    assertThat(ProposalCodec.decompress(body)).isSameAs(body);
  }

  @Test
  void takesOutputUpToTheCapAndNotOneByteMore() throws IOException {
    assertThat(ProposalCodec.decompress(Zstd.compress(new byte[MAX], 1))).hasSize(MAX);
    assertThat(ProposalCodec.decompress(streamed(MAX))).hasSize(MAX);
    byte[] declared = Zstd.compress(new byte[MAX + 1], 1);
    byte[] undeclared = streamed(MAX + 1);
    for (byte[] body : new byte[][] {declared, undeclared}) {
      assertThatThrownBy(() -> ProposalCodec.decompress(body))
          .isInstanceOf(BadMessageException.class)
          .hasMessage("proposal larger than 5250618 bytes");
    }
  }

  @Test
  void stopsABombThatDeclaresNoSize() throws IOException {
    byte[] bomb = streamed(256 << 20);
    assertThat(bomb.length).isLessThan(64 << 10);
    assertThatThrownBy(() -> ProposalCodec.decompress(bomb))
        .hasMessage("proposal larger than 5250618 bytes");
  }

  @Test
  void refusesAFrameThatLiesAboutItsSize() {
    byte[] frame = ProposalCodec.compress(new byte[100_000]);
    // Single segment, four bytes of size behind magic number and descriptor.
    assertThat(frame[4] & 0xe0).isEqualTo(0xa0);
    byte[] larger = frame.clone();
    larger[6]++;
    byte[] smaller = frame.clone();
    smaller[6]--;
    byte[] huge = frame.clone();
    Arrays.fill(huge, 5, 9, (byte) 0xff);
    for (byte[] lie : new byte[][] {larger, smaller, huge}) {
      assertThatThrownBy(() -> ProposalCodec.decompress(lie))
          .isInstanceOf(BadMessageException.class);
    }
  }

  @Test
  void refusesASecondFrameJunkBehindTheFirstAndEveryPrefix() {
    byte[] frame = ProposalCodec.compress("a proposal, or so".getBytes(StandardCharsets.US_ASCII));
    byte[] twice = Arrays.copyOf(frame, 2 * frame.length);
    System.arraycopy(frame, 0, twice, frame.length, frame.length);
    assertThatThrownBy(() -> ProposalCodec.decompress(twice))
        .isInstanceOf(BadMessageException.class);
    assertThatThrownBy(() -> ProposalCodec.decompress(Arrays.copyOf(frame, frame.length + 1)))
        .isInstanceOf(BadMessageException.class);
    for (int length = 5; length < frame.length; length++) {
      byte[] prefix = Arrays.copyOf(frame, length);
      assertThatThrownBy(() -> ProposalCodec.decompress(prefix))
          .as("length %d", length)
          .isInstanceOf(BadMessageException.class);
    }
  }

  @Test
  void takesAWindowOfEightMebibytesAndNoneThatIsLarger() throws IOException {
    assertThat(ProposalCodec.decompress(windowed(23))).hasSize(10_000);
    byte[] larger = windowed(24);
    assertThatThrownBy(() -> ProposalCodec.decompress(larger))
        .isInstanceOf(BadMessageException.class);
  }

  @Test
  void refusesADictionary() {
    var random = new Random(6);
    byte[][] samples = new byte[2_000][];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = body(random, 200);
    }
    byte[] buffer = new byte[4_096];
    int length = (int) Zstd.trainFromBuffer(samples, buffer);
    try (var context = new ZstdCompressCtx()) {
      context.loadDict(Arrays.copyOf(buffer, length));
      byte[] frame = context.compress(samples[0]);
      assertThatThrownBy(() -> ProposalCodec.decompress(frame))
          .hasMessage("zstd frame with a dictionary");
    }
  }

  /** Compressible, but not to nothing. */
  private static byte[] body(Random random, int length) {
    byte[] body = new byte[length];
    for (int i = 0; i < length; i++) {
      body[i] = (byte) (i / 7 + random.nextInt(4));
    }
    return body;
  }

  /** Zeros in a frame that does not declare its size. */
  private static byte[] streamed(int length) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ZstdOutputStreamNoFinalizer(bytes, 1)) {
      byte[] chunk = new byte[1 << 16];
      for (int left = length; left > 0; left -= chunk.length) {
        out.write(chunk, 0, Math.min(left, chunk.length));
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] windowed(int log) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ZstdOutputStreamNoFinalizer(bytes, 1)) {
      out.setLong(log);
      out.write(new byte[10_000]);
    }
    return bytes.toByteArray();
  }
}
