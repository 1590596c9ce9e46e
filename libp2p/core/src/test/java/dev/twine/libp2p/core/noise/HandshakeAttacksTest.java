package dev.twine.libp2p.core.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecurePair;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.proto.NoiseExtensions;
import dev.twine.libp2p.core.proto.NoiseHandshakePayload;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile peer can do to a handshake: none of it may end with a proven identity. */
class HandshakeAttacksTest {
  private static final byte[] NOTHING = {};
  private static final NoiseIdentity INITIATOR = identity(SecurePair.INITIATOR, 11);
  private static final NoiseIdentity RESPONDER = identity(SecurePair.RESPONDER, 12);

  /** The three messages of an honest handshake; always the same ones. */
  private static final List<byte[]> HONEST = honest();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void noChangedByteOfAnyMessageLetsBothSidesFinish(int index) {
    for (int at = 0; at < HONEST.get(index).length; at++) {
      for (int bit : new int[] {0x01, 0x80}) {
        byte[] changed = HONEST.get(index).clone();
        changed[at] ^= (byte) bit;
        // The curve ignores the top bit of a public key, but the handshake hash does not.
        assertThat(finishes(index, changed))
            .as("message %d, byte %d", index, at)
            .isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void noPrefixAndNoLongerMessageLetsBothSidesFinish(int index) {
    byte[] honest = HONEST.get(index);
    for (int length = 0; length < honest.length; length++) {
      assertThat(finishes(index, Arrays.copyOf(honest, length)))
          .as("%d bytes", length)
          .isFalse();
    }
    assertThat(finishes(index, Arrays.copyOf(honest, honest.length + 1))).isFalse();
    assertThat(finishes(index, honest)).isTrue();
  }

  @Test
  void recordedMessagesOfAnotherHandshakeProveNothing() {
    var responder = side(false, RESPONDER, 77);
    responder.next(HONEST.get(0));
    assertBad(() -> responder.next(HONEST.get(2)));
    var initiator = side(true, INITIATOR, 78);
    initiator.start();
    assertBad(() -> initiator.next(HONEST.get(1)));
  }

  static Stream<byte[]> pointsOfSmallOrder() {
    return Stream.of(
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
        .map(java.util.HexFormat.of()::parseHex);
  }

  @ParameterizedTest
  @MethodSource("pointsOfSmallOrder")
  void aPublicKeyThatSharesNoSecretIsRefused(byte[] point) {
    assertThatThrownBy(() -> X25519Key.of(SecurePair.seed(5)).agree(point))
        .isInstanceOf(NoiseException.class)
        .hasMessageContaining("shares no secret");
    assertBad(() -> side(false, RESPONDER, 22).next(point));
  }

  static Stream<Arguments> forgedPayloads() {
    byte[] key = SecurePair.INITIATOR.publicKey().encoded();
    byte[] staticKey = INITIATOR.staticKey().publicKey();
    byte[] prefixed = NoiseIdentity.signed(staticKey);
    byte[] honest = INITIATOR.signature();
    byte[] longer = Arrays.copyOf(key, key.length + 1);
    byte[] nonMinimal = concat(new byte[] {8, 1, 18, (byte) 0xa0, 0}, tail(key, 4));
    return Stream.of(
        Arguments.of("no key", payload(NOTHING, honest)),
        Arguments.of("no signature", payload(key, NOTHING)),
        Arguments.of("nothing", NOTHING),
        Arguments.of("another's key", payload(SecurePair.RESPONDER.publicKey().encoded(), honest)),
        Arguments.of("wrong prefix", payload(key, SecurePair.INITIATOR.sign(staticKey))),
        Arguments.of("another static key", payload(key, RESPONDER.signature())),
        Arguments.of("another signer", payload(key, SecurePair.RESPONDER.sign(prefixed))),
        Arguments.of("a key with a byte behind it", payload(longer, honest)),
        Arguments.of("a key with a long varint", payload(nonMinimal, honest)),
        Arguments.of("fields of the key swapped", payload(swapped(key), honest)),
        Arguments.of("two keys", concat(payload(key, honest), payload(key, honest))),
        Arguments.of("no protobuf", new byte[] {(byte) 0xff, 1, 2, 3}),
        Arguments.of("a group", new byte[] {0x0b, 0x0c}),
        Arguments.of("an announced gigabyte", new byte[] {0x0a, -1, -1, -1, -1, 3}),
        Arguments.of("17 muxers", muxers(17, "/yamux/1.0.0")),
        Arguments.of("a muxer of 129 bytes", muxers(1, "/".repeat(129))),
        Arguments.of("4097 bytes of extension", extension(4_097)),
        Arguments.of("33 unknown fields", unknown(33)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgedPayloads")
  void aForgedOrMalformedPayloadIsRefusedByBothSides(String what, byte[] payload) {
    assertBad(() -> responderGets(payload, INITIATOR.staticKey()));
    assertBad(() -> initiatorGets(payload, INITIATOR.staticKey()));
  }

  static Stream<byte[]> rsaKeysThatCostTheVerifier() {
    BigInteger usual = BigInteger.valueOf(65_537);
    return Stream.of(
        rsa(16_384, usual),
        rsa(8_192, usual),
        rsa(4_104, usual),
        rsa(2_048, BigInteger.valueOf(3)),
        rsa(2_048, null),
        rsa(1_024, usual));
  }

  @ParameterizedTest
  @MethodSource("rsaKeysThatCostTheVerifier")
  void anRsaKeyBeyondTheBoundsIsRefusedBeforeItIsCalculatedWith(byte[] key) {
    assertThatThrownBy(() -> responderGets(payload(key, new byte[256]), INITIATOR.staticKey()))
        .isInstanceOf(Libp2pException.class)
        .hasMessageMatching(".*(the identity key|bytes of field 1|not an RSA).*");
  }

  static Stream<Arguments> unusualPayloads() {
    byte[] key = SecurePair.INITIATOR.publicKey().encoded();
    byte[] honest = payload(key, INITIATOR.signature());
    byte[] earlyData = {0x1a, 1, 7};
    return Stream.of(
        Arguments.of("the honest one", honest),
        Arguments.of("fields that nobody knows", concat(unknown(30), honest)),
        Arguments.of("the early data of former versions", concat(honest, earlyData)),
        Arguments.of("16 muxers of 128 bytes", muxers(16, "/".repeat(128))),
        Arguments.of("4096 bytes of extension", extension(4_096)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusualPayloads")
  void whatIsMerelyUnusualIsAccepted(String what, byte[] payload) {
    var step = responderGets(payload, INITIATOR.staticKey());
    assertThat(step.result().peer().id()).isEqualTo(SecurePair.INITIATOR.nodeId());
  }

  @Test
  void everyPrefixOfAPayloadIsRefused() {
    byte[] honest = concat(
        payload(SecurePair.INITIATOR.publicKey().encoded(), INITIATOR.signature()),
        muxers(2, "/a"));
    for (int length = 0; length < 102; length++) {
      byte[] prefix = Arrays.copyOf(honest, length);
      assertBad(() -> responderGets(prefix, INITIATOR.staticKey()));
    }
  }

  /** A whole handshake in which one message was replaced on its way. */
  private static boolean finishes(int index, byte[] replacement) {
    var initiator = side(true, INITIATOR, 21);
    var responder = side(false, RESPONDER, 22);
    try {
      byte[] first = initiator.start().reply();
      byte[] second = responder.next(index == 0 ? replacement : first).reply();
      var out = initiator.next(index == 1 ? replacement : second);
      var in = responder.next(index == 2 ? replacement : out.reply());
      return out.result() != null && in.result() != null;
    } catch (Libp2pException e) {
      assertThat(e.reason()).isEqualTo(FailureReason.BAD_HANDSHAKE);
      return false;
    }
  }

  private static List<byte[]> honest() {
    var messages = new ArrayList<byte[]>();
    var initiator = side(true, INITIATOR, 21);
    var responder = side(false, RESPONDER, 22);
    messages.add(initiator.start().reply());
    messages.add(responder.next(messages.get(0)).reply());
    messages.add(initiator.next(messages.get(1)).reply());
    assertThat(responder.next(messages.get(2)).result()).isNotNull();
    return messages;
  }

  /** A responder of ours against an initiator that follows Noise and lies in its payload. */
  private static NoiseHandshake.Step responderGets(byte[] payload, X25519Key liarsKey) {
    var liar = liar(true, liarsKey);
    var responder = side(false, RESPONDER, 22);
    liar.read(responder.next(liar.write(NOTHING)).reply());
    return responder.next(liar.write(payload));
  }

  private static NoiseHandshake.Step initiatorGets(byte[] payload, X25519Key liarsKey) {
    var liar = liar(false, liarsKey);
    var initiator = side(true, RESPONDER, 22);
    liar.read(initiator.start().reply());
    return initiator.next(liar.write(payload));
  }

  private static HandshakeState liar(boolean initiator, X25519Key staticKey) {
    return new HandshakeState(
        initiator,
        staticKey,
        X25519Key.of(SecurePair.seed(31)),
        new SymmetricState(Ciphers.chosen(), NOTHING));
  }

  private static NoiseHandshake side(boolean initiator, NoiseIdentity identity, int ephemeral) {
    var request =
        new SecureRequest(initiator, SecurePair.INITIATOR, null, List.of(), Runnable::run, null);
    return new NoiseHandshake(request, identity, X25519Key.of(SecurePair.seed(ephemeral)), NOTHING);
  }

  private static void assertBad(Runnable handshake) {
    assertThatThrownBy(handshake::run)
        .isInstanceOf(Libp2pException.class)
        .extracting(e -> ((Libp2pException) e).reason())
        .isEqualTo(FailureReason.BAD_HANDSHAKE);
  }

  private static NoiseIdentity identity(NodeKey key, int seed) {
    return NoiseIdentity.of(key, X25519Key.of(SecurePair.seed(seed)));
  }

  private static byte[] payload(byte[] key, byte[] signature) {
    return NoiseHandshakePayload.newBuilder()
        .setIdentityKey(ByteString.copyFrom(key))
        .setIdentitySig(ByteString.copyFrom(signature))
        .build()
        .toByteArray();
  }

  private static byte[] muxers(int count, String muxer) {
    var extensions = NoiseExtensions.newBuilder();
    for (int i = 0; i < count; i++) {
      extensions.addStreamMuxers(muxer);
    }
    return extended(extensions.build());
  }

  private static byte[] extension(int length) {
    return extended(NoiseExtensions.newBuilder()
        .setHandshakeExtension(ByteString.copyFrom(new byte[length]))
        .build());
  }

  private static byte[] extended(NoiseExtensions extensions) {
    byte[] honest = payload(SecurePair.INITIATOR.publicKey().encoded(), INITIATOR.signature());
    var more = NoiseHandshakePayload.newBuilder().setExtensions(extensions).build();
    return concat(honest, more.toByteArray());
  }

  private static byte[] unknown(int count) {
    byte[] fields = new byte[2 * count];
    for (int i = 0; i < count; i++) {
      fields[2 * i] = 9 << 3;
    }
    return fields;
  }

  private static byte[] swapped(byte[] key) {
    return concat(tail(key, 2), Arrays.copyOf(key, 2));
  }

  /** The libp2p encoding of an RSA key; without an exponent, one near the modulus. */
  private static byte[] rsa(int bits, @Nullable BigInteger exponent) {
    try {
      BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.valueOf(12_345));
      BigInteger e = exponent == null ? modulus.subtract(BigInteger.TWO) : exponent;
      var algorithm =
          new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
      byte[] der =
          new SubjectPublicKeyInfo(algorithm, new RSAPublicKey(modulus, e)).getEncoded("DER");
      byte[] head = {8, 0, 18, (byte) ((der.length & 0x7f) | 0x80), (byte) (der.length >>> 7)};
      return concat(head, der);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
