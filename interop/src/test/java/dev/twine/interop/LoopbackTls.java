package dev.twine.interop;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.util.HexFormat;
import javax.net.ssl.SSLException;

/** A throw-away certificate for 127.0.0.1 and the ends that use it. */
final class LoopbackTls {
  private static final X509Bundle ROOT = root();
  private static final X509Bundle LEAF = leaf();

  private LoopbackTls() {}

  static WssCertificate certificate() {
    HexFormat hex = HexFormat.of();
    try {
      return new WssCertificate(
          hex.formatHex(LEAF.getCertificate().getEncoded()),
          hex.formatHex(LEAF.getKeyPair().getPrivate().getEncoded()),
          hex.formatHex(ROOT.getCertificate().getEncoded()));
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** Both ends trust this certificate and no other. */
  static WssTls ends() {
    return new WssTls(server(), client());
  }

  private static SslContext server() {
    try {
      return SslContextBuilder.forServer(LEAF.getKeyPair().getPrivate(), LEAF.getCertificatePath())
          .build();
    } catch (SSLException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static SslContext client() {
    try {
      return SslContextBuilder.forClient().trustManager(ROOT.getCertificate()).build();
    } catch (SSLException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static X509Bundle root() {
    try {
      return new CertificateBuilder()
          .ecp256()
          .subject("CN=twine interop")
          .setIsCertificateAuthority(true)
          .buildSelfSigned();
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static X509Bundle leaf() {
    try {
      // RSA, because the JDK leaves out what rust wants to have beside an elliptic key.
      return new CertificateBuilder()
          .algorithm(CertificateBuilder.Algorithm.rsa2048)
          .subject("CN=loopback")
          .addSanIpAddress("127.0.0.1")
          .buildIssuedBy(ROOT);
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }
}
