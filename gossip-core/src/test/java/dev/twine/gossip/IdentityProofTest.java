package dev.twine.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.IdentityProof.Binding;
import dev.twine.gossip.IdentityProof.End;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.TransportKind;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IdentityProofTest {
  private static final NodeKey A = NodeKey.generate(KeyType.ED25519);
  private static final NodeKey B = NodeKey.generate(KeyType.ED25519);
  private static final End AT_A = new End(A.nodeId(), new byte[10], new byte[16]);
  private static final End AT_B = new End(B.nodeId(), new byte[] {1}, new byte[] {2});
  private static final byte[] CHANNEL = {1, 2, 3};
  private static final Binding BINDING = new Binding(AT_A, AT_B, true, TransportKind.WS, CHANNEL);

  @ParameterizedTest
  @EnumSource(names = {"ED25519", "SECP256K1", "ECDSA"})
  void provesEveryTypeOfKeyButRsaWithinItsLimit(KeyType type) {
    NodeKey key = NodeKey.generate(type);
    var prover = new End(key.nodeId(), new byte[10], new byte[16]);
    for (byte[] channel : new byte[][] {null, CHANNEL}) {
      var binding = new Binding(prover, AT_B, false, TransportKind.WS, channel);
      byte[] body = IdentityProof.create(key, binding);
      assertThat(body.length).isLessThanOrEqualTo(IdentityProof.MAX_BYTES);
      assertThat(IdentityProof.verify(body, binding)).isEqualTo(key.nodeId());
    }
  }

  @Test
  void provesNothingInAnyOtherSession() {
    byte[] body = IdentityProof.create(A, BINDING);
    byte[] other = {9};
    for (Binding binding : List.of(
        new Binding(new End(AT_A.id(), other, AT_A.nonce()), AT_B, true, TransportKind.WS, CHANNEL),
        new Binding(
            new End(AT_A.id(), AT_A.random(), other), AT_B, true, TransportKind.WS, CHANNEL),
        new Binding(AT_A, new End(AT_B.id(), other, AT_B.nonce()), true, TransportKind.WS, CHANNEL),
        new Binding(
            AT_A, new End(AT_B.id(), AT_B.random(), other), true, TransportKind.WS, CHANNEL),
        new Binding(AT_A, AT_A, true, TransportKind.WS, CHANNEL),
        new Binding(AT_A, AT_B, false, TransportKind.WS, CHANNEL),
        new Binding(AT_A, AT_B, true, TransportKind.P2P, CHANNEL),
        new Binding(AT_A, AT_B, true, TransportKind.WS, other),
        new Binding(AT_A, AT_B, true, TransportKind.WS, null))) {
      assertThatThrownBy(() -> IdentityProof.verify(body, binding))
          .hasMessage("identity proof with a wrong signature");
    }
  }

  @Test
  void aProofThatIsSentBackProvesNothing() {
    byte[] body = IdentityProof.create(A, BINDING);
    var back = new Binding(AT_B, AT_A, false, TransportKind.WS, CHANNEL);
    assertThatThrownBy(() -> IdentityProof.verify(body, back))
        .hasMessage("identity proof of another node");
  }

  @Test
  void anEmptyChannelBindingIsNotTheSameAsNone() {
    var none = new Binding(AT_A, AT_B, true, TransportKind.WS, null);
    var empty = new Binding(AT_A, AT_B, true, TransportKind.WS, new byte[0]);
    byte[] body = IdentityProof.create(A, none);
    assertThatThrownBy(() -> IdentityProof.verify(body, empty))
        .isInstanceOf(BadMessageException.class);
  }

  @Test
  void refusesEveryPrefixEveryChangedByteAndAByteBehindTheEnd() {
    byte[] body = IdentityProof.create(A, BINDING);
    for (int i = 0; i < body.length; i++) {
      byte[] prefix = Arrays.copyOf(body, i);
      byte[] changed = body.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> IdentityProof.verify(prefix, BINDING))
          .isInstanceOf(BadMessageException.class);
      assertThatThrownBy(() -> IdentityProof.verify(changed, BINDING))
          .as("byte %d", i)
          .isInstanceOf(BadMessageException.class);
    }
    assertThatThrownBy(() -> IdentityProof.verify(Arrays.copyOf(body, body.length + 1), BINDING))
        .hasMessage("bytes after the identity proof");
  }

  @Test
  void isNotCreatedForSomebodyElse() {
    assertThatThrownBy(() -> IdentityProof.create(B, BINDING))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
