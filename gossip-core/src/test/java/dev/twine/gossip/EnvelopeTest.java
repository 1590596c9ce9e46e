package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.Envelope.Route;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EnvelopeTest {
  private static final NodeKey KEY = NodeKey.ed25519FromSeed(filled(32, 1));
  private static final byte[] ID = filled(16, 7);
  private static final Instant CREATED = Instant.ofEpochMilli(0x0102030405L);
  private static final byte[] TEXT = "hi".getBytes(StandardCharsets.UTF_8);

  @Test
  void hasTheLayoutThatItsDocumentationDraws() {
    byte[] bytes = plain().encode();
    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo("01" + "07".repeat(16) + "0041" + "00" + "0000000102030405" + "26"
            + HexFormat.of().formatHex(KEY.nodeId().multihash()) + "6869");
    assertThat(Arrays.copyOfRange(bytes, Envelope.ID_OFFSET, Envelope.ID_OFFSET + 16))
        .isEqualTo(ID);
  }

  @Test
  void readsBackWhatItWroteForAThousandRandomEnvelopes() {
    var random = new Random(2);
    List<NodeKey> keys =
        List.of(KEY, NodeKey.generate(KeyType.ECDSA), NodeKey.generate(KeyType.SECP256K1));
    for (int i = 0; i < 1_000; i++) {
      Envelope envelope = envelope(random, keys.get(random.nextInt(3)), i % 20 == 0);
      byte[] bytes = envelope.encode();
      Envelope read = Envelope.parse(bytes);

      assertThat(read).usingRecursiveComparison().isEqualTo(envelope);
      assertThat(read.encode()).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ED25519", "SECP256K1", "ECDSA"})
  void provesItsAuthorWithEveryTypeOfKeyButRsa(KeyType type) {
    NodeKey key = NodeKey.generate(type);
    Envelope signed = Envelope.of(ID, 1, CREATED, key.nodeId(), TEXT).signed(key);
    assertThat(signed.isAuthentic()).isTrue();
    assertThat(Envelope.parse(signed.encode()).isAuthentic()).isTrue();
  }

  @Test
  void changesOfAnyByteButTtlAndHopsAreRefusedOrNotAuthentic() {
    Envelope signed = plain().routed(new Route(10, 0)).signed(KEY);
    byte[] bytes = signed.encode();
    int ttl = 29 + KEY.nodeId().multihash().length;
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 2;
      boolean authentic;
      try {
        authentic = Envelope.parse(changed).isAuthentic();
      } catch (BadMessageException e) {
        authentic = false;
      }
      assertThat(authentic).as("byte %d", i).isEqualTo(i == ttl || i == ttl + 1);
    }
  }

  @Test
  void travelsAsManyHopsAsItMayAndStaysAuthentic() {
    Envelope next = plain().routed(new Route(2, 0)).signed(KEY).nextHop().orElseThrow();
    assertThat(next.route()).isEqualTo(new Route(1, 1));
    Envelope last = Envelope.parse(next.encode()).nextHop().orElseThrow();
    assertThat(last.route()).isEqualTo(new Route(0, 2));
    assertThat(last.isAuthentic()).isTrue();
    assertThat(last.nextHop()).isEmpty();
    assertThat(plain().nextHop()).isEmpty();
    assertThat(plain().routed(new Route(255, 255)).nextHop()).isEmpty();
  }

  @Test
  void refusesEveryPrefixThatEndsBeforeThePayload() {
    byte[] bytes = plain().routed(new Route(1, 1)).signed(KEY).encode();
    for (int length = 0; length < bytes.length - TEXT.length; length++) {
      byte[] prefix = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> Envelope.parse(prefix))
          .as("length %d", length)
          .isInstanceOf(BadMessageException.class);
    }
  }

  @Test
  void refusesOtherVersionsUnknownFlagsAndTimesBefore1970() {
    refused(0, 0);
    refused(0, 2);
    refused(19, 4);
    refused(19, 0x80);
    refused(20, 0x80);
  }

  @Test
  void refusesAnOriginThatIsNoNodeId() {
    refused(28, 0);
    refused(28, 45);
    refused(29, 5);
  }

  @Test
  void refusesAKeyThatTheOriginContainsAndOneThatIsTooLong() {
    byte[] signed = plain().signed(KEY).encode();
    int keyLength = 29 + KEY.nodeId().multihash().length;
    for (int length : new int[] {1, 36, 129, 0xffff}) {
      byte[] changed = signed.clone();
      changed[keyLength] = (byte) (length >>> 8);
      changed[keyLength + 1] = (byte) length;
      assertThatThrownBy(() -> Envelope.parse(changed)).isInstanceOf(BadMessageException.class);
    }
  }

  @Test
  void isNotSignedForSomebodyElse() {
    NodeKey other = NodeKey.ed25519FromSeed(filled(32, 2));
    assertThatThrownBy(() -> plain().signed(other)).isInstanceOf(IllegalArgumentException.class);
    assertThat(plain().isAuthentic()).isFalse();
    assertThat(plain().signed(KEY).routed(new Route(1, 0)).signature()).isNull();
  }

  @Test
  void refusesFieldsOutOfRangeWhenItIsMade() {
    var origin = KEY.nodeId();
    assertThatThrownBy(() -> Envelope.of(new byte[15], 0, CREATED, origin, TEXT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Envelope.of(ID, 0x10000, CREATED, origin, TEXT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Envelope.of(ID, 0, Instant.EPOCH.minusMillis(1), origin, TEXT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Route(256, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void refused(int at, int value) {
    byte[] bytes = plain().encode();
    bytes[at] = (byte) value;
    assertThatThrownBy(() -> Envelope.parse(bytes))
        .as("%d at %d", value, at)
        .isInstanceOf(BadMessageException.class);
  }

  private static Envelope plain() {
    return Envelope.of(ID, Envelope.BROADCAST, CREATED, KEY.nodeId(), TEXT);
  }

  private static Envelope envelope(Random random, NodeKey key, boolean signed) {
    byte[] id = new byte[16];
    random.nextBytes(id);
    byte[] payload = new byte[random.nextInt(200)];
    random.nextBytes(payload);
    Instant created = Instant.ofEpochMilli(random.nextLong() >>> 16);
    var envelope = Envelope.of(id, random.nextInt(0x10000), created, key.nodeId(), payload);
    if (random.nextBoolean()) {
      envelope = envelope.routed(new Route(random.nextInt(256), random.nextInt(256)));
    }
    return signed ? envelope.signed(key) : envelope;
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
