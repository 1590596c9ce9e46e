package dev.twine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class AccountAddressTest {
  private final NodePublicKey key = NodeKey.ed25519FromSeed(new byte[32]).publicKey();

  @Test
  void isReadAsItIsWritten() {
    AccountAddress address = AccountAddress.of(key);

    assertThat(address.toString()).startsWith("tw1q").hasSize(62);
    assertThat(AccountAddress.parse(address.toString())).isEqualTo(address);
    assertThat(address.belongsTo(key)).isTrue();
    assertThat(address.belongsTo(NodeKey.generate(KeyType.ED25519).publicKey())).isFalse();
  }

  @Test
  void oneWrongCharacterAnywhereIsFound() {
    String text = AccountAddress.of(key).toString();
    for (int i = 0; i < text.length(); i++) {
      String wrong =
          text.substring(0, i) + (text.charAt(i) == 'p' ? 'q' : 'p') + text.substring(i + 1);
      assertThatExceptionOfType(KeyException.class)
          .isThrownBy(() -> AccountAddress.parse(wrong))
          .withMessageContaining("not an address");
    }
  }

  /** From BIP 350: valid text with its prefix, and text of the older checksum. */
  @Test
  void theChecksumIsTheOneOfBip350() {
    assertThat(Bech32m.decode("a", "a1lqfn3a")).isEmpty();
    assertThat(Bech32m.decode("abcdef", "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx"))
        .hasSize(32);
    assertThat(Bech32m.encode("a", new byte[0])).isEqualTo("a1lqfn3a");
    assertThatIllegalArgumentException().isThrownBy(() -> Bech32m.decode("a", "a12uel5l"));
  }
}
