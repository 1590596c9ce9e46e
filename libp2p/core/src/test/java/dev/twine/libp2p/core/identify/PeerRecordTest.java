package dev.twine.libp2p.core.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.EmbeddedConnection;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerRecordTest {
  private static final NodeKey KEY = EmbeddedConnection.keyOf(7);
  private static final List<Multiaddr> ADDRESSES = List.of(
      Multiaddr.parse("/ip4/192.0.2.1/tcp/42"), Multiaddr.parse("/dns4/a.example/tcp/1/ws"));
  private static final PeerRecord RECORD = new PeerRecord(KEY.nodeId(), 5, ADDRESSES);

  /** The seed and the record that go-libp2p made of it, as js-libp2p tests with them. */
  private static final String GO_SEED =
      "85fbe72b6064289004a531f967898df5319ee02992fdd84021fa5052434bf6ee";

  private static final String GO_KEY =
      "11bba3ed1721948cefb4e50b0a0bb5cad8a6b52dc7b1a40f4f6652105c91e2c4";

  private static final String GO_ENVELOPE = "0a2408011220" + GO_KEY
      + "12020301"
      + "1aaa01" + "0a26002408011220" + GO_KEY
      + "10d8b8e0bf9391b69716"
      + goAddresses()
      + "2a40"
      + "b197f76b9f288af2b467fe666f774476287049b424b73975c8860efb02372d02"
      + "6a799584541ad72f2654346485bca3ece36462b7d1b1391c8d276dc4ab8bca0b";

  @Test
  void readsAndWritesARecordAsGoDoes() {
    byte[] sealed = HexFormat.of().parseHex(GO_ENVELOPE);

    SignedEnvelope envelope = SignedEnvelope.parse(sealed);
    PeerRecord record = PeerRecord.parse(envelope);

    assertThat(PeerRecord.isSigned(envelope)).isTrue();
    NodeKey key = NodeKey.ed25519FromSeed(HexFormat.of().parseHex(GO_SEED));
    assertThat(record.id()).isEqualTo(key.nodeId());
    assertThat(record.addresses()).hasSize(10).contains(Multiaddr.parse("/ip4/1.2.3.4/tcp/9"));
    assertThat(record.seal(key)).isEqualTo(sealed);
  }

  @Test
  void readsWhatItSigned() {
    SignedEnvelope envelope = SignedEnvelope.parse(RECORD.seal(KEY));

    assertThat(PeerRecord.isSigned(envelope)).isTrue();
    assertThat(PeerRecord.parse(envelope)).isEqualTo(RECORD);
  }

  /** As rust-libp2p sends it in identify. */
  @Test
  void readsTheFormOfTheRfcToo() {
    byte[] type = "/libp2p/routing-state-record".getBytes(StandardCharsets.US_ASCII);
    byte[] sealed = SignedEnvelope.seal(KEY, "libp2p-routing-state", type, RECORD.encode());
    SignedEnvelope mixed =
        SignedEnvelope.parse(SignedEnvelope.seal(KEY, "libp2p-peer-record", type, RECORD.encode()));

    assertThat(PeerRecord.parse(SignedEnvelope.parse(sealed))).isEqualTo(RECORD);
    assertThat(PeerRecord.isSigned(SignedEnvelope.parse(sealed))).isTrue();
    assertThat(PeerRecord.isSigned(mixed)).isFalse();
  }

  @Test
  void refusesOtherTypesAndOtherPeers() {
    byte[] type = {3, 1};
    byte[] odd = SignedEnvelope.seal(KEY, "libp2p-peer-record", new byte[] {3}, RECORD.encode());
    assertMalformed(odd, "another type");
    PeerRecord foreign = new PeerRecord(EmbeddedConnection.keyOf(8).nodeId(), 5, ADDRESSES);
    byte[] other = SignedEnvelope.seal(KEY, "libp2p-peer-record", type, foreign.encode());
    assertMalformed(other, "signed by");
    byte[] empty = SignedEnvelope.seal(KEY, "libp2p-peer-record", type, new byte[0]);
    assertMalformed(empty, "malformed peer record");
  }

  @Test
  void leavesOutAddressesThatAreNotThePeersOwn() {
    PeerRecord record = new PeerRecord(
        KEY.nodeId(),
        1,
        List.of(
            Multiaddr.parse("/tcp/1").withPeer(KEY.nodeId()),
            Multiaddr.parse("/tcp/2").withPeer(EmbeddedConnection.keyOf(8).nodeId()),
            Multiaddr.parse("/p2p/" + KEY.nodeId()),
            Multiaddr.parse("/tcp/1")));

    PeerRecord read = PeerRecord.parse(SignedEnvelope.parse(record.seal(KEY)));

    assertThat(read.addresses()).containsExactly(Multiaddr.parse("/tcp/1"));
  }

  @Test
  void sequenceNumbersAreUnsigned() {
    PeerRecord largest = new PeerRecord(KEY.nodeId(), -1, ADDRESSES);

    assertThat(largest.isNewerThan(RECORD)).isTrue();
    assertThat(RECORD.isNewerThan(largest)).isFalse();
    assertThat(RECORD.isNewerThan(RECORD)).isFalse();
    assertThat(PeerRecord.parse(SignedEnvelope.parse(largest.seal(KEY))).seq()).isEqualTo(-1);
  }

  @Test
  void noFlippedByteAndNoPrefixIsASignedRecord() {
    byte[] sealed = RECORD.seal(KEY);
    for (int at = 0; at < sealed.length; at++) {
      byte[] flipped = sealed.clone();
      flipped[at] ^= 1;
      assertThat(isSignedRecord(flipped)).as("byte %s", at).isFalse();
      assertThat(isSignedRecord(Arrays.copyOf(sealed, at))).as("prefix %s", at).isFalse();
    }
    var random = new Random(20_261_121);
    for (int i = 0; i < 1_000; i++) {
      byte[] bytes = sealed.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      assertThat(isSignedRecord(bytes)).isEqualTo(Arrays.equals(bytes, sealed));
    }
  }

  /** Reads; another exception than a refusal fails the test. */
  static boolean isSignedRecord(byte[] bytes) {
    try {
      SignedEnvelope envelope = SignedEnvelope.parse(bytes);
      PeerRecord.parse(envelope);
      return PeerRecord.isSigned(envelope);
    } catch (Libp2pException e) {
      return false;
    }
  }

  private static void assertMalformed(byte[] sealed, String why) {
    assertThatThrownBy(() -> PeerRecord.parse(SignedEnvelope.parse(sealed)))
        .isInstanceOfSatisfying(
            Libp2pException.class,
            e -> assertThat(e.reason()).isEqualTo(FailureReason.PROTOCOL_ERROR))
        .hasMessageContaining(why);
  }

  private static String goAddresses() {
    var addresses = new StringBuilder();
    for (int port = 0; port < 10; port++) {
      addresses.append("1a0a0a08040102030406000").append(port);
    }
    return addresses.toString();
  }
}
