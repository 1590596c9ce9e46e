package dev.twine.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MalformedSignatureTest {
  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @EnumSource(
      value = KeyType.class,
      names = {"ED25519", "SECP256K1", "ECDSA"})
  void noSignatureWithAChangedByteVerifiesOrThrows(KeyType type) {
    NodeKey key = NodeKey.generate(type);
    byte[] signature = key.sign(MESSAGE);
    for (int i = 0; i < signature.length; i++) {
      for (int bit = 1; bit < 0x100; bit <<= 1) {
        byte[] changed = signature.clone();
        changed[i] ^= (byte) bit;
        assertThat(key.publicKey().verify(MESSAGE, changed)).as("byte %d", i).isFalse();
      }
    }
  }

  @Test
  void aSequenceOfSomethingElseThanNumbersIsNoSignature() {
    NodeKey key = NodeKey.generate(KeyType.ECDSA);
    for (String hex : new String[] {"3006800101020101", "3006040101020101", "3000"}) {
      assertThat(key.publicKey().verify(MESSAGE, HexFormat.of().parseHex(hex))).isFalse();
    }
  }
}
