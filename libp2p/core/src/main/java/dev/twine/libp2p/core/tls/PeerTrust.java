package dev.twine.libp2p.core.tls;

import dev.twine.identity.NodeId;
import dev.twine.identity.NodePublicKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts a certificate that proves an identity, and the expected one if there is one. Of one
 * connection; asked on the executor, read on the event loop afterwards.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  private final @Nullable NodeId expected;
  private final Clock clock;
  private volatile @Nullable NodePublicKey proven;
  private volatile @Nullable Libp2pException refusal;

  PeerTrust(@Nullable NodeId expected, Clock clock) {
    this.expected = expected;
    this.clock = clock;
  }

  /** Who the peer is; null unless its certificate was accepted. */
  @Nullable
  NodePublicKey proven() {
    return proven;
  }

  /** Why the certificate was refused; null if it was not. */
  @Nullable
  Libp2pException refusal() {
    return refusal;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    try {
      if (chain.length != 1) {
        throw new BadCertificateException(
            chain.length + " certificates; exactly one, self-signed, is expected");
      }
      NodePublicKey key = PeerCertificate.prove(unchecked(chain[0]), clock.instant());
      if (expected != null && !expected.equals(key.nodeId())) {
        refusal = new Libp2pException(
            FailureReason.WRONG_PEER,
            "another peer answered",
            "expected " + expected + ", proven " + key.nodeId(),
            "correct the peer ID of the address");
        throw new BadCertificateException("another peer was expected");
      }
      proven = key;
    } catch (BadCertificateException e) {
      if (refusal == null) {
        refusal = TlsProtocol.bad("the peer's certificate: " + e.what(), e);
      }
      throw e;
    }
  }

  /** In a handshake it has been read by our provider, which keeps what it has read. */
  private static UncheckedCertificate unchecked(X509Certificate certificate)
      throws CertificateException {
    return certificate instanceof UncheckedCertificate read
        ? read
        : new UncheckedCertificate(certificate.getEncoded());
  }
}
