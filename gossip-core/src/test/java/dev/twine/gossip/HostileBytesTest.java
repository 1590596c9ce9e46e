package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.gossip.IdentityMessage.Step;
import dev.twine.gossip.IdentityProof.Binding;
import dev.twine.gossip.IdentityProof.End;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.Address;
import dev.twine.network.Topics;
import dev.twine.network.TransportKind;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Seeded mutations of valid messages: each is read or refused, and nothing else happens. */
class HostileBytesTest {
  private static final int MUTATIONS = 10_000;
  private static final NodeKey KEY = NodeKey.ed25519FromSeed(new byte[32]);
  private static final NodeKey ECDSA = NodeKey.generate(KeyType.ECDSA);
  private static final Binding BINDING =
      new Binding(end(ECDSA.nodeId()), end(KEY.nodeId()), true, TransportKind.WS, new byte[32]);

  static Stream<Arguments> parsers() {
    TagTable table = TagTable.standard();
    byte[] interest = MessagesOfInterest.encode(table.defaultInterest(true), table, true);
    byte[] answer = RequestCodec.encodeAnswer(Topics.of("blockData", "x".repeat(300)), 77);
    byte[] challenge = IdentityMessage.sign(
            Step.CHALLENGE, Map.of("c", new byte[] {1, 2}, "a", new byte[9]), KEY)
        .encode();
    byte[] verification = IdentityMessage.sign(Step.VERIFICATION, Map.of("rc", new byte[] {3}), KEY)
        .encode();
    byte[] envelope = Envelope.of(new byte[16], 3, Instant.EPOCH, ECDSA.nodeId(), new byte[40])
        .signed(ECDSA)
        .encode();
    return Stream.of(
        parser("interest", interest, body -> MessagesOfInterest.decode(body, table, true)),
        parser("plain interest", interest, body -> MessagesOfInterest.decode(body, table, false)),
        parser("request", answer, RequestCodec::decodeRequest),
        parser("answer", answer, RequestCodec::decodeAnswer),
        parser("challenge", challenge, body -> IdentityMessage.decode(Step.CHALLENGE, body)),
        parser(
            "verification", verification, body -> IdentityMessage.decode(Step.VERIFICATION, body)),
        parser("envelope", envelope, Envelope::parse),
        parser("proposal", ProposalCodec.compress(new byte[5_000]), ProposalCodec::decompress),
        parser(
            "exchange",
            ExchangeCodec.answer(
                List.of(PeerRecord.sign(ECDSA, "net", 1, Address.parse("ws://10.0.0.1:1")))),
            ExchangeCodec::records),
        parser(
            "header",
            NodeRandom.format(new byte[10]).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
            HostileBytesTest::headers));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("parsers")
  void everyMutationIsReadOrRefused(String name, byte[] valid, Consumer<byte[]> parser) {
    var random = new Random(name.hashCode());
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutation = mutate(valid, random);
      try {
        parser.accept(mutation);
      } catch (BadMessageException e) {
        refused++;
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void noMutationOfAProofProvesAnything() {
    byte[] valid = IdentityProof.create(ECDSA, BINDING);
    var random = new Random(1);
    for (int i = 0; i < 500; i++) {
      byte[] mutation = mutate(valid, random);
      if (Arrays.equals(mutation, valid)) {
        continue;
      }
      boolean proven = true;
      try {
        IdentityProof.verify(mutation, BINDING);
      } catch (BadMessageException e) {
        proven = false;
      }
      assertThat(proven).isFalse();
    }
  }

  /** Flips, overwrites, cuts, repeats; one to four times. */
  private static byte[] mutate(byte[] valid, Random random) {
    byte[] bytes = valid.clone();
    for (int left = 1 + random.nextInt(4); left > 0; left--) {
      int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
      switch (random.nextInt(bytes.length == 0 ? 1 : 5)) {
        case 0 -> {
          bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(8));
          bytes[bytes.length - 1] = (byte) random.nextInt();
        }
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) random.nextInt();
        case 3 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0x80);
        default -> bytes = Arrays.copyOf(bytes, at);
      }
    }
    return bytes;
  }

  private static void headers(byte[] bytes) {
    String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    NodeRandom.parse(text);
    Features.parse(text, text);
    PeerText.escape(text);
    IdentityMessage.fromHeader(Step.RESPONSE, text);
  }

  private static End end(NodeId id) {
    return new End(id, new byte[10], new byte[16]);
  }

  private static Arguments parser(String name, byte[] valid, Consumer<byte[]> parser) {
    return Arguments.of(name, valid, parser);
  }
}
