package dev.twine.ws;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
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
