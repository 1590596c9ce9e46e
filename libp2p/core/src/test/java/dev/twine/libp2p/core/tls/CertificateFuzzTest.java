package dev.twine.libp2p.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes of a hostile peer in place of a certificate: refused for a reason, and nothing else. */
class CertificateFuzzTest {
  private static final int MUTATIONS = 3_000;

  @FuzzTest(maxDuration = "150s")
  void anyBytesAreRefused(byte[] bytes) {
    prove(bytes);
  }

  @Test
  void mutationsOfAGoodCertificateAreRefused() {
    var random = new Random(20_261_121);
    byte[] honest = CertificateMaker.p256().identity(true).make();
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = Arrays.copyOf(honest, honest.length - random.nextInt(2));
      int flips = 1 + random.nextInt(3);
      for (int flip = 0; flip < flips; flip++) {
        int at = random.nextInt(bytes.length);
        bytes[at] = (byte) (bytes[at] + 1 + random.nextInt(255));
      }
      if (!Arrays.equals(bytes, honest)) {
        prove(bytes);
      }
    }
  }

  private static void prove(byte[] bytes) {
    try {
      PeerCertificate.prove(new UncheckedCertificate(bytes), CertificateMaker.NOW);
      throw new AssertionError("a proof out of nothing");
    } catch (BadCertificateException e) {
      assertThat(e.what()).isNotEmpty();
    }
    try {
      assertThat(new UncheckedCertificate(bytes).getPublicKey()).isNotNull();
    } catch (java.security.cert.CertificateException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
