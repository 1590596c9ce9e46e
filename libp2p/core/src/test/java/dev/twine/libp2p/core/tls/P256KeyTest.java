package dev.twine.libp2p.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class P256KeyTest {
  private static final String ALGORITHM = "SHA256withECDSA";
  private static final byte[] MESSAGE = "said".getBytes(StandardCharsets.US_ASCII);

  private final KeyPair pair = CertificateMaker.p256().pair;

  @BeforeAll
  static void register() {
    HandshakeProvider.register();
  }

  @Test
  void withinHandshakesSignaturesOfReadKeysAreCheckedHere() {
    byte[] signature = sign();
    PublicKey key = read(pair);
    HandshakeProvider.during(() -> {
      assertThat(provider(key)).startsWith("TwineHandshakes-");
      assertThat(verify(key, MESSAGE, signature)).isTrue();
      byte[] another = MESSAGE.clone();
      another[0]++;
      assertThat(verify(key, another, signature)).isFalse();
      assertThat(verify(read(CertificateMaker.p256().pair), MESSAGE, signature)).isFalse();
      assertThat(verify(key, MESSAGE, new byte[] {0x30, 0})).isFalse();
    });
  }

  @Test
  void everybodyElseGetsTheJdks() throws GeneralSecurityException {
    byte[] signature = sign();
    HandshakeProvider.during(() -> {
      assertThat(provider(pair.getPublic())).isEqualTo("SunEC");
      assertThat(verify(pair.getPublic(), MESSAGE, signature)).isTrue();
    });
    assertThat(provider(pair.getPublic())).isEqualTo("SunEC");
    assertThat(provider(read(pair))).isEqualTo("SunEC");
    assertThat(Signature.getInstance(ALGORITHM).getProvider().getName()).isEqualTo("SunEC");
  }

  @Test
  void theJdkSeesItsOwnKey() {
    var key = (ECPublicKey) read(pair);
    var jdk = (ECPublicKey) pair.getPublic();
    assertThat(key.getW()).isEqualTo(jdk.getW());
    assertThat(key.getParams()).isSameAs(jdk.getParams());
    assertThat(key.getEncoded()).isEqualTo(jdk.getEncoded());
    assertThat(key.getAlgorithm()).isEqualTo("EC");
    assertThat(key.getFormat()).isEqualTo("X.509");
  }

  @Test
  void keysOnOtherCurvesStayTheJdks() {
    assertThat(read(CertificateMaker.p384().pair)).isNotInstanceOf(P256Key.class);
  }

  @Test
  void nothingIsSignedAndOtherKeysAreRefused() {
    var verifier = new P256Verifier();
    assertThatThrownBy(() -> verifier.engineInitVerify(pair.getPublic()))
        .isInstanceOf(InvalidKeyException.class);
    assertThatThrownBy(() -> verifier.engineInitSign(pair.getPrivate()))
        .isInstanceOf(InvalidKeyException.class);
    assertThatThrownBy(verifier::engineSign).isInstanceOf(SignatureException.class);
    assertThatThrownBy(() -> verifier.engineVerify(MESSAGE)).isInstanceOf(SignatureException.class);
  }

  private byte[] sign() {
    try {
      Signature signer = Signature.getInstance(ALGORITHM);
      signer.initSign(pair.getPrivate());
      signer.update(MESSAGE);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static PublicKey read(KeyPair pair) {
    try {
      return SelfSignature.key("1.2.840.10045.2.1", pair.getPublic().getEncoded());
    } catch (BadCertificateException e) {
      throw new AssertionError(e);
    }
  }

  private static String provider(PublicKey key) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      return signature.getProvider().getName();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean verify(PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature check = Signature.getInstance(ALGORITHM);
      check.initVerify(key);
      check.update(message[0]);
      check.update(message, 1, message.length - 1);
      return check.verify(signature);
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
