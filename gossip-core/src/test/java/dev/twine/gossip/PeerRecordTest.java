package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeerRecordTest {
  private static final String NETWORK = "test-v1";
  private static final NodeKey KEY = NodeKey.ed25519FromSeed(new byte[32]);
  private static final Address ADDRESS = Address.parse("ws://10.0.0.1:4160");

  @ParameterizedTest
  @EnumSource(
      value = KeyType.class,
      names = {"ED25519", "SECP256K1", "ECDSA"})
  void isReadAsItWasSigned(KeyType type) {
    NodeKey key = NodeKey.generate(type);
    PeerRecord record =
        PeerRecord.parse(PeerRecord.sign(key, NETWORK, 77, ADDRESS).encoded());

    assertThat(record.isAuthentic(NETWORK)).isTrue();
    assertThat(record.nodeId()).isEqualTo(key.nodeId());
    assertThat(record.createdMillis()).isEqualTo(77);
    assertThat(record.address()).isEqualTo(ADDRESS.withNode(key.nodeId()));
  }

  @Test
  void provesNothingInAnotherNetwork() {
    PeerRecord record = PeerRecord.sign(KEY, NETWORK, 77, ADDRESS);
    assertThat(record.isAuthentic("test-v2")).isFalse();
    assertThat(record.isAuthentic("")).isFalse();
  }

  @Test
  void anAddressHasUpTo256BytesAndNotOneMore() {
    String name = "ws://" + "x".repeat(256 - "ws://:4160".length()) + ":4160";
    byte[] longest = PeerRecord.sign(KEY, NETWORK, 0, Address.parse(name)).encoded();
    assertThat(PeerRecord.parse(longest).address().toString()).hasSizeGreaterThan(256);

    byte[] longer = PeerRecord.sign(KEY, NETWORK, 0, Address.parse(name.replace("ws://", "ws://y")))
        .encoded();
    assertThatThrownBy(() -> PeerRecord.parse(longer))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining("too long");
  }

  @Test
  void mayNameItsOwnNodeAndNoOther() {
    Address own = Address.parse("/ip4/10.0.0.1/tcp/4190/p2p/" + KEY.nodeId());
    PeerRecord record = PeerRecord.parse(PeerRecord.sign(KEY, NETWORK, 0, own).encoded());
    assertThat(record.address()).isEqualTo(own);

    NodeKey other = NodeKey.generate(KeyType.ED25519);
    byte[] foreign =
        PeerRecord.sign(KEY, NETWORK, 0, ADDRESS.withNode(other.nodeId())).encoded();
    assertThatThrownBy(() -> PeerRecord.parse(foreign))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining("another node");
  }

  @Test
  void noMutationIsAuthentic() {
    byte[] valid = PeerRecord.sign(KEY, NETWORK, 77, ADDRESS).encoded();
    var random = new Random(1);
    int read = 0;
    for (int i = 0; i < 500; i++) {
      byte[] mutation = valid.clone();
      mutation[random.nextInt(mutation.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        PeerRecord record = PeerRecord.parse(mutation);
        read++;
        assertThat(record.isAuthentic(NETWORK)).isFalse();
      } catch (BadMessageException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    assertThat(read).isPositive();
  }

  @Test
  void isRefusedWhereverItIsCut() {
    byte[] valid = PeerRecord.sign(KEY, NETWORK, 77, ADDRESS).encoded();
    for (int length = 0; length < valid.length; length++) {
      byte[] cut = Arrays.copyOf(valid, length);
      assertThatThrownBy(() -> PeerRecord.parse(cut)).isInstanceOf(BadMessageException.class);
    }
    byte[] longer = Arrays.copyOf(valid, valid.length + 1);
    assertThatThrownBy(() -> PeerRecord.parse(longer)).isInstanceOf(BadMessageException.class);
  }

  @Test
  void anAnswerHolds50RecordsAndNotOneMore() {
    List<PeerRecord> records = records(51);
    byte[] body = ExchangeCodec.answer(records);
    assertThat(ExchangeCodec.isAsk(body)).isFalse();
    assertThat(ExchangeCodec.records(body))
        .extracting(PeerRecord::address)
        .containsExactlyElementsOf(
            records.subList(0, 50).stream().map(PeerRecord::address).toList());

    body[2] = 51;
    assertThatThrownBy(() -> ExchangeCodec.records(body))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining("too many records");
  }

  @Test
  void anAnswerOfLongRecordsEndsBeforeItsBytesDo() {
    var records = new ArrayList<PeerRecord>();
    for (int i = 0; i < 50; i++) {
      String name = "ws://" + "x".repeat(240) + i + ":4160";
      records.add(PeerRecord.sign(KEY, NETWORK, 0, Address.parse(name)));
    }
    byte[] body = ExchangeCodec.answer(records);
    assertThat(body).hasSizeLessThanOrEqualTo(ExchangeCodec.MAX_BYTES);
    assertThat(ExchangeCodec.records(body)).hasSizeBetween(25, 49);
    assertThatThrownBy(() -> ExchangeCodec.isAsk(Arrays.copyOf(body, ExchangeCodec.MAX_BYTES + 1)))
        .isInstanceOf(BadMessageException.class);
  }

  @Test
  void aQuestionIsTwoBytes() {
    assertThat(ExchangeCodec.isAsk(ExchangeCodec.ask())).isTrue();
    for (byte[] bad : new byte[][] {{}, {1}, {2, 0}, {1, 0, 0}, {1, 2}}) {
      assertThatThrownBy(() -> ExchangeCodec.isAsk(bad)).isInstanceOf(BadMessageException.class);
    }
    for (byte[] bad : new byte[][] {{1, 1}, {1, 1, 1}, {1, 1, 0, 0}, {1, 1, 1, 0}, {1, 0}}) {
      assertThatThrownBy(() -> ExchangeCodec.records(bad)).isInstanceOf(BadMessageException.class);
    }
    assertThat(ExchangeCodec.records(ExchangeCodec.answer(List.of()))).isEmpty();
  }

  private static List<PeerRecord> records(int count) {
    var records = new ArrayList<PeerRecord>();
    for (int i = 0; i < count; i++) {
      records.add(PeerRecord.sign(KEY, NETWORK, 0, Address.ws("10.0.0.1", 1_000 + i)));
    }
    return records;
  }
}
