package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that cannot serve are told at the start, not by every handshake that fails. */
class TlsFilesTest {
  @TempDir
  private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"ecp256", "ecp384", "rsa2048", "ed25519"})
  void aCertificateAndItsKeyServe(Algorithm algorithm) throws Exception {
    X509Bundle bundle = certificate(algorithm);

    assertThatNoException().isThrownBy(() -> Tls.server(files(bundle, bundle)));
  }

  @ParameterizedTest
  @CsvSource({"ecp256, ecp256", "rsa2048, rsa2048", "rsa2048, ecp256", "ed25519, ed25519"})
  void aKeyOfAnotherCertificateIsRefused(Algorithm one, Algorithm other) throws Exception {
    WsConfig.PemFiles files = files(certificate(one), certificate(other));

    assertRefused(() -> Tls.server(files), files.key());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no certificates", "-----BEGIN CERTIFICATE-----\nAAAA\n"})
  void aFileWithoutCertificatesIsNothingToTrust(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("ca.pem"), content);

    assertRefused(() -> Tls.client(Trust.pem(file)), file);
  }

  @Test
  void aKeyIsNothingToTrust() throws Exception {
    Path file = Files.writeString(
        folder.resolve("ca.pem"), certificate(Algorithm.ecp256).getPrivateKeyPEM());

    assertRefused(() -> Tls.client(Trust.pem(file)), file);
  }

  private static void assertRefused(ThrowingCallable use, Path file) {
    assertThatExceptionOfType(TwineException.class).isThrownBy(use).satisfies(failure -> {
      assertThat(failure.code()).isEqualTo(Code.BAD_VALUE);
      assertThat(failure.value()).contains(file.toString());
    });
  }

  private WsConfig.PemFiles files(X509Bundle certificate, X509Bundle key) throws IOException {
    return new WsConfig.PemFiles(
        Files.writeString(folder.resolve("cert.pem"), certificate.getCertificatePEM()),
        Files.writeString(folder.resolve("key.pem"), key.getPrivateKeyPEM()));
  }

  private static X509Bundle certificate(Algorithm algorithm) throws Exception {
    return new CertificateBuilder()
        .algorithm(algorithm)
        .subject("CN=localhost")
        .addSanDnsName("localhost")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }
}
