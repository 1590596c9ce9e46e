package dev.twine.libp2p.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The four certificates that libp2p publishes (specs, tls/tls.md). */
class CertificateVectorsTest {
  private static final String ED25519 =
      "308201ae30820156a0030201020204499602d2300a06082a8648ce3d040302302031123010060355040a"
          + "13096c69627032702e696f310a300806035504051301313020170d3735303130313133303030305a180f"
          + "34303936303130313133303030305a302031123010060355040a13096c69627032702e696f310a300806"
          + "035504051301313059301306072a8648ce3d020106082a8648ce3d030107034200040c901d423c831ca8"
          + "5e27c73c263ba132721bb9d7a84c4f0380b2a6756fd601331c8870234dec878504c174144fa4b14b66a6"
          + "51691606d8173e55bd37e381569ea37c307a3078060a2b0601040183a25a0101046a3068042408011220"
          + "a77f1d92fedb59dddaea5a1c4abd1ac2fbde7d7b879ed364501809923d7c11b90440d90d2769db992d5e"
          + "6195dbb08e706b6651e024fda6cfb8846694a435519941cac215a8207792e42849cccc6cd8136c6e4bde"
          + "92a58c5e08cfd4206eb5fe0bf909300a06082a8648ce3d0403020346003043021f50f6b6c52711a88177"
          + "8718238f650c9fb48943ae6ee6d28427dc6071ae55e702203625f116a7a454db9c56986c82a25682f724"
          + "8ea1cb764d322ea983ed36a31b77";

  private static final String ECDSA =
      "308201f63082019da0030201020204499602d2300a06082a8648ce3d040302302031123010060355040a"
          + "13096c69627032702e696f310a300806035504051301313020170d3735303130313133303030305a180f"
          + "34303936303130313133303030305a302031123010060355040a13096c69627032702e696f310a300806"
          + "035504051301313059301306072a8648ce3d020106082a8648ce3d030107034200040c901d423c831ca8"
          + "5e27c73c263ba132721bb9d7a84c4f0380b2a6756fd601331c8870234dec878504c174144fa4b14b66a6"
          + "51691606d8173e55bd37e381569ea381c23081bf3081bc060a2b0601040183a25a01010481ad3081aa04"
          + "5f0803125b3059301306072a8648ce3d020106082a8648ce3d03010703420004bf30511f909414ebdd32"
          + "42178fd290f093a551cf75c973155de0bb5a96fedf6cb5d52da7563e794b512f66e60c7f55ba8a3acf3d"
          + "d72a801980d205e8a1ad29f2044730450220064ea8124774caf8f50e57f436aa62350ce652418c019df5"
          + "d98a3ac666c9386a022100aa59d704a931b5f72fb9222cb6cc51f954d04a4e2e5450f8805fe8918f71ea"
          + "ae300a06082a8648ce3d04030203470030440220799395b0b6c1e940a7e4484705f610ab51ed376f19ff"
          + "9d7c16757cfbf61b8d4302206205c03fbb0f95205c779be86581d3e31c01871ad5d1f3435bcf375cb0e5"
          + "088a";

  private static final String SECP256K1 =
      "308201ba3082015fa0030201020204499602d2300a06082a8648ce3d040302302031123010060355040a"
          + "13096c69627032702e696f310a300806035504051301313020170d3735303130313133303030305a180f"
          + "34303936303130313133303030305a302031123010060355040a13096c69627032702e696f310a300806"
          + "035504051301313059301306072a8648ce3d020106082a8648ce3d030107034200040c901d423c831ca8"
          + "5e27c73c263ba132721bb9d7a84c4f0380b2a6756fd601331c8870234dec878504c174144fa4b14b66a6"
          + "51691606d8173e55bd37e381569ea38184308181307f060a2b0601040183a25a01010471306f04250802"
          + "12210206dc6968726765b820f050263ececf7f71e4955892776c0970542efd689d238204463044022014"
          + "5e15a991961f0d08cd15425bb95ec93f6ffa03c5a385eedc34ecf464c7a8ab022026b3109b8a3f40ef83"
          + "3169777eb2aa337cfb6282f188de0666d1bcec2a4690dd300a06082a8648ce3d04030203490030460221"
          + "00e1a217eeef9ec9204b3f774a08b70849646b6a1e6b8b27f93dc00ed58545d9fe022100b00dafa549d0"
          + "f03547878338c7b15e7502888f6d45db387e5ae6b5d46899cef0";

  private static final String MISMATCH =
      "308201f73082019da0030201020204499602d2300a06082a8648ce3d040302302031123010060355040a"
          + "13096c69627032702e696f310a300806035504051301313020170d3735303130313133303030305a180f"
          + "34303936303130313133303030305a302031123010060355040a13096c69627032702e696f310a300806"
          + "035504051301313059301306072a8648ce3d020106082a8648ce3d030107034200040c901d423c831ca8"
          + "5e27c73c263ba132721bb9d7a84c4f0380b2a6756fd601331c8870234dec878504c174144fa4b14b66a6"
          + "51691606d8173e55bd37e381569ea381c23081bf3081bc060a2b0601040183a25a01010481ad3081aa04"
          + "5f0803125b3059301306072a8648ce3d020106082a8648ce3d03010703420004bf30511f909414ebdd32"
          + "42178fd290f093a551cf75c973155de0bb5a96fedf6cb5d52da7563e794b512f66e60c7f55ba8a3acf3d"
          + "d72a801980d205e8a1ad29f204473045022100bb6e03577b7cc7a3cd1558df0da2b117dfdcc0399bc250"
          + "4ebe7de6f65cade72802206de96e2a5be9b6202adba24ee0362e490641ac45c240db71fe955f2c5cf8df"
          + "6e300a06082a8648ce3d0403020348003045022100e847f267f43717358f850355bdcabbefb2cfbf8a3c"
          + "043b203a14788a092fe8db022027c1d04a2d41fd6b57a7e8b3989e470325de4406e52e084e34a3fd56ee"
          + "f0d0df";

  @ParameterizedTest
  @CsvSource({
    ED25519 + ", 12D3KooWM6CgA9iBFZmcYAHA6A2qvbAxqfkmrYiRQuz3XEsk4Ksv",
    ECDSA + ", QmfXbAwNjJLXfesgztEHe8HwgVDCMMpZ9Eax1HYq6hn9uE",
    SECP256K1 + ", 16Uiu2HAkutTMoTzDw1tCvSRtu6YoixJwS46S1ZFxW8hSx9fWHiPs",
  })
  void aValidCertificateProvesItsPeer(String hex, String peer) throws Exception {
    assertThat(PeerCertificate.prove(new UncheckedCertificate(bytes(hex)), CertificateMaker.NOW)
            .nodeId())
        .hasToString(peer);
  }

  @Test
  void theOneThatAnotherKeySignedIsRefused() {
    assertThatThrownBy(() ->
            PeerCertificate.prove(new UncheckedCertificate(bytes(MISMATCH)), CertificateMaker.NOW))
        .isInstanceOf(BadCertificateException.class)
        .hasMessageContaining("has not signed");
  }

  @ParameterizedTest
  @CsvSource({
    "1975-01-01T12:59:59Z, not valid before",
    "1975-01-01T13:00:00Z, ''",
    "4096-01-01T13:00:00Z, ''",
    "4096-01-01T13:00:01Z, not valid after",
  })
  void itsDatesAreInclusive(String now, String complaint) throws Exception {
    byte[] certificate = bytes(ED25519);
    if (complaint.isEmpty()) {
      assertThat(PeerCertificate.prove(new UncheckedCertificate(certificate), Instant.parse(now)))
          .isNotNull();
    } else {
      assertThatThrownBy(() ->
              PeerCertificate.prove(new UncheckedCertificate(certificate), Instant.parse(now)))
          .isInstanceOf(BadCertificateException.class)
          .hasMessageContaining(complaint);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {ED25519, ECDSA, SECP256K1})
  void noChangedByteAndNoPrefixIsAccepted(String hex) {
    byte[] honest = bytes(hex);
    for (int at = 0; at < honest.length; at++) {
      byte[] changed = honest.clone();
      changed[at] ^= 1;
      byte[] prefix = Arrays.copyOf(honest, at);
      assertThatThrownBy(
              () -> PeerCertificate.prove(new UncheckedCertificate(changed), CertificateMaker.NOW))
          .as("byte %d", at)
          .isInstanceOf(BadCertificateException.class);
      assertThatThrownBy(
              () -> PeerCertificate.prove(new UncheckedCertificate(prefix), CertificateMaker.NOW))
          .isInstanceOf(BadCertificateException.class);
    }
    byte[] longer = Arrays.copyOf(honest, honest.length + 1);
    assertThatThrownBy(
            () -> PeerCertificate.prove(new UncheckedCertificate(longer), CertificateMaker.NOW))
        .isInstanceOf(BadCertificateException.class);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
