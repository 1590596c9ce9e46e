package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerstoreFileTest {
  private static final int ROOM = 3;
  private static final SavedAddress ONE = new SavedAddress(
      Address.parse("ws://10.0.0.1:4160"),
      NodeKey.ed25519FromSeed(new byte[32]).nodeId(),
      new Source(Source.Kind.EXCHANGED, "somebody", "from ip4 0a00"),
      2,
      77,
      88);
  private static final SavedAddress TWO =
      new SavedAddress(Address.parse("/ip4/10.0.0.2/tcp/4190"), null, Source.PHONEBOOK, 0, 0, 99);

  @TempDir
  private Path directory;

  private Path path;
  private PeerstoreFile file;

  @BeforeEach
  void nameTheFile() {
    path = directory.resolve("peers");
    file = new PeerstoreFile(path, ROOM);
  }

  @Test
  void readsWhatItWroteAndLeavesNothingElse() throws IOException {
    assertThat(file.read()).isEmpty();
    file.write(List.of(TWO));
    file.write(List.of(ONE, TWO));
    assertThat(file.read()).containsExactly(ONE, TWO);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void readsAsManyAddressesAsThereIsRoomForAndNotOneMore() throws IOException {
    file.write(List.of(ONE, ONE, ONE));
    assertThat(file.read()).hasSize(ROOM);
    file.write(List.of(ONE, ONE, ONE, ONE));
    assertThatThrownBy(() -> file.read())
        .isInstanceOf(PeerstoreFile.DamagedException.class)
        .hasMessageContaining("more than 3 addresses");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "twine-peerstore 2\n",
        "twine-peerstore 1",
        "twine-peerstore 1\nnot an address\n",
        "twine-peerstore 1\nws://a:1\t-\tphonebook\t-\t-\t0\t0\t0",
        "twine-peerstore 1\nws://a:1\t-\tphonebook\t-\t-\t0\t0\t-1\n",
        "twine-peerstore 1\nws://a:1\t-\tstatic\t-\t-\t0\t0\t1\n",
        "twine-peerstore 1\nws://a:1\t-\tnobody\t-\t-\t0\t0\t1\n",
        "twine-peerstore 1\nws://a b:1\t-\tphonebook\t-\t-\t0\t0\t1\n",
        "twine-peerstore 1\nws://a:1\tx\tphonebook\t-\t-\t0\t0\t1\n",
      })
  void aDamagedFileIsMovedAsideWhole(String text) throws IOException {
    Files.writeString(path, text);
    assertThatThrownBy(() -> file.read())
        .isInstanceOf(PeerstoreFile.DamagedException.class)
        .hasMessageContaining("peers.damaged");
    assertThat(path).doesNotExist();
    assertThat(directory.resolve("peers.damaged")).hasContent(text);
    assertThat(file.read()).isEmpty();
  }

  @Test
  void aFileThatIsNoTextOrTooLargeIsNotEvenParsed() throws IOException {
    Files.write(path, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(() -> file.read()).isInstanceOf(PeerstoreFile.DamagedException.class);
    Files.write(path, new byte[ROOM * (SavedAddress.MAX_LINE + 1) + 100]);
    assertThatThrownBy(() -> file.read())
        .isInstanceOf(PeerstoreFile.DamagedException.class)
        .hasMessageContaining("larger than");
  }

  @Test
  void everyMutationIsReadOrRefused() throws IOException {
    file.write(List.of(ONE, TWO));
    String valid = Files.readString(path);
    var random = new Random(1);
    var outcomes = new ArrayList<String>();
    for (int i = 0; i < 10_000; i++) {
      var text = new StringBuilder(valid);
      for (int left = 1 + random.nextInt(3); left > 0; left--) {
        int at = random.nextInt(text.length());
        text.setCharAt(at, (char) (random.nextBoolean() ? random.nextInt(128) : '\t'));
      }
      try {
        assertThat(PeerstoreFile.parse(text.toString(), ROOM)).hasSizeLessThanOrEqualTo(ROOM);
      } catch (IllegalArgumentException e) {
        outcomes.add(e.getMessage());
      }
    }
    assertThat(outcomes).hasSizeGreaterThan(1_000).doesNotContainNull();
  }
}
