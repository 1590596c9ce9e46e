package dev.twine.libp2p.core.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors of three other implementations, with every cipher that is here. */
class HandshakeVectorsTest {
  static Stream<Arguments> everyVectorWithEveryCipher() {
    return Stream.of(NoiseVector.CACOPHONY, NoiseVector.SNOW, NoiseVector.NOISE_C)
        .map(NoiseVector::parse)
        .flatMap(vector -> EveryCipher.here().map(cipher -> Arguments.of(vector, cipher)));
  }

  @ParameterizedTest
  @MethodSource("everyVectorWithEveryCipher")
  void writesAndReadsTheVectorByteForByte(NoiseVector vector, Aead.Source cipher) {
    var initiator = side(vector, "init", cipher);
    var responder = side(vector, "resp", cipher);
    for (int i = 0; i < 3; i++) {
      var writer = i % 2 == 0 ? initiator : responder;
      var reader = i % 2 == 0 ? responder : initiator;
      assertThat(writer.isOurTurn()).isTrue();
      byte[] message = writer.write(vector.payloads().get(i));
      assertThat(message).isEqualTo(vector.messages().get(i));
      assertThat(reader.read(message)).isEqualTo(vector.payloads().get(i));
    }
    assertThat(initiator.remoteStatic())
        .isEqualTo(X25519Key.of(vector.field("resp_static")).publicKey());
    transport(vector, initiator.split(), responder.split());
  }

  private static void transport(
      NoiseVector vector, HandshakeState.Transport initiator, HandshakeState.Transport responder) {
    assertThat(initiator.handshakeHash()).isEqualTo(responder.handshakeHash());
    if (vector.fields().containsKey("handshake_hash")) {
      assertThat(initiator.handshakeHash()).isEqualTo(vector.field("handshake_hash"));
    }
    for (int i = 3; i < vector.messages().size(); i++) {
      var writer = i % 2 == 0 ? initiator : responder;
      var reader = i % 2 == 0 ? responder : initiator;
      byte[] text = vector.payloads().get(i);
      byte[] bytes = java.util.Arrays.copyOf(text, text.length + Aead.TAG_BYTES);
      assertThat(writer.outbound().apply(bytes, 0, text.length)).isEqualTo(bytes.length);
      assertThat(bytes).isEqualTo(vector.messages().get(i));
      assertThat(reader.inbound().apply(bytes, 0, bytes.length)).isEqualTo(text.length);
      assertThat(bytes).startsWith(text);
    }
  }

  private static HandshakeState side(NoiseVector vector, String role, Aead.Source cipher) {
    return new HandshakeState(
        role.equals("init"),
        X25519Key.of(vector.field(role + "_static")),
        X25519Key.of(vector.field(role + "_ephemeral")),
        new SymmetricState(cipher, vector.field(role + "_prologue")));
  }
}
