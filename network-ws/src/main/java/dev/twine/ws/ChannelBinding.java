package dev.twine.ws;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What ties a proof of identity to the TLS connection that it goes through: both ends of one
 * connection compute the same value, and a node in between that ends TLS on both sides cannot.
 *
 * <p>The exporter of RFC 9266 where both ends have one (JDK 25 or later, TLS 1.3), else the hash of
 * the server's certificate as in RFC 5929, section 4, which every JDK can tell.
 */
final class ChannelBinding {
  private static final String LABEL = "EXPORTER-Channel-Binding";
  private static final int LENGTH = 32;
  private static final @Nullable Method EXPORT = exporter();

  private ChannelBinding() {}

  /** Whether this side can export keying material of that session. */
  static boolean canExport(SSLSession session) {
    return EXPORT != null
        && session instanceof ExtendedSSLSession
        && session.getProtocol().equals("TLSv1.3");
  }

  /** The exporter value; only for a session that {@link #canExport}. */
  static byte[] exported(SSLSession session) {
    Method export = EXPORT;
    if (export == null) {
      throw new IllegalStateException("no exporter on this JDK");
    }
    try {
      return (byte[]) export.invoke(session, LABEL, new byte[0], LENGTH);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("the TLS session exports nothing", e);
    }
  }

  /** The SHA-256 of the certificate by which the server showed itself. */
  static byte[] serverCertificate(SSLSession session, boolean server) {
    try {
      Certificate[] chain = server ? session.getLocalCertificates() : session.getPeerCertificates();
      return MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded());
    } catch (SSLPeerUnverifiedException | CertificateEncodingException e) {
      throw new IllegalStateException("a TLS server without a certificate", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static @Nullable Method exporter() {
    try {
      return ExtendedSSLSession.class.getMethod(
          "exportKeyingMaterialData", String.class, byte[].class, int.class);
    } catch (NoSuchMethodException olderThan25) {
      return null;
    }
  }
}
