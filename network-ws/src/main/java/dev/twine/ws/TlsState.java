package dev.twine.ws;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The TLS session under a connection, if there is one.
 *
 * @param session empty in the clear
 * @param server whether this side is the TLS server
 */
record TlsState(@Nullable SSLSession session, boolean server) {
  static TlsState of(Channel channel, boolean server) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    return new TlsState(tls == null ? null : tls.engine().getSession(), server);
  }

  boolean present() {
    return session != null;
  }

  /** By which the server showed itself to this side; null in the clear, and on the server. */
  @Nullable
  Certificate serverCertificate() {
    try {
      return session == null || server ? null : session.getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      throw new IllegalStateException("a TLS server without a certificate", e);
    }
  }

  boolean canExport() {
    return session != null && ChannelBinding.canExport(session);
  }

  /** What a proof of identity on this connection has to cover; empty in the clear. */
  byte[] binding(byte[] localNonce, byte[] remoteNonce) {
    if (session == null) {
      return new byte[0];
    }
    return Nonce.canExport(localNonce) && Nonce.canExport(remoteNonce)
        ? ChannelBinding.exported(session)
        : ChannelBinding.serverCertificate(session, server);
  }
}
