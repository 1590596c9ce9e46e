package dev.twine.interop;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

/**
 * The TLS below a WebSocket.
 *
 * @param server for the end that listens
 * @param client for the end that dials
 */
record WssTls(SslContext server, SslContext client) {
  /**
   * What the suites expect of an end: a certificate of its own making, and trust in whatever the
   * other one has made. Who the peers are is proven above the WebSocket.
   */
  static WssTls throwaway() {
    try {
      // RSA, because the JDK leaves out what rust wants to have beside an elliptic key.
      X509Bundle own = new CertificateBuilder()
          .algorithm(CertificateBuilder.Algorithm.rsa2048)
          .subject("CN=twine interop")
          .setIsCertificateAuthority(true)
          .buildSelfSigned();
      return new WssTls(
          SslContextBuilder.forServer(own.getKeyPair().getPrivate(), own.getCertificatePath())
              .build(),
          SslContextBuilder.forClient()
              .trustManager(InsecureTrustManagerFactory.INSTANCE)
              .endpointIdentificationAlgorithm(null)
              .build());
    } catch (Exception broken) {
      throw new IllegalStateException("no certificate for wss: " + broken.getMessage(), broken);
    }
  }
}
