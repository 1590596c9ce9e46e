package dev.twine.libp2p;

import dev.twine.libp2p.core.MuxerProtocol;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.Transport;
import dev.twine.libp2p.core.noise.NoiseProtocol;
import dev.twine.libp2p.core.tls.TlsProtocol;
import dev.twine.libp2p.core.transport.TcpTransport;
import dev.twine.libp2p.core.transport.WebSocketTransport;
import dev.twine.libp2p.core.yamux.YamuxProtocol;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/** The transports, security protocols and multiplexers that come with this module. */
public final class StandardProtocols {
  private StandardProtocols() {}

  /** Plain TCP, such as {@code /ip4/192.0.2.1/tcp/4001}. */
  public static Transport tcp() {
    return new TcpTransport();
  }

  /** {@code /ws}, and {@code /tls/ws} to dial with the trust of the JDK. */
  public static Transport webSocket() {
    return webSocket(null, null);
  }

  /**
   * {@code /ws} and {@code /tls/ws}.
   *
   * @param server the certificate to listen with; without one {@code /tls/ws} cannot be listened on
   * @param client whom to trust when dialling; without one the trust of the JDK counts
   */
  public static Transport webSocket(@Nullable SslContext server, @Nullable SslContext client) {
    return new WebSocketTransport(new WebSocketTransport.Tls(server, client));
  }

  /** {@code /noise}. */
  public static SecureProtocol noise() {
    return new NoiseProtocol();
  }

  /** {@code /tls/1.0.0}, which is TLS 1.3. */
  public static SecureProtocol tls() {
    return new TlsProtocol();
  }

  /** {@code /yamux/1.0.0}. */
  public static MuxerProtocol yamux() {
    return new YamuxProtocol();
  }
}
