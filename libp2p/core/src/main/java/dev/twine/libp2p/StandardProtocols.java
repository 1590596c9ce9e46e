package dev.twine.libp2p;

import dev.twine.libp2p.core.MuxerProtocol;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.noise.NoiseProtocol;
import dev.twine.libp2p.core.tls.TlsProtocol;
import dev.twine.libp2p.core.yamux.YamuxProtocol;

/** The security protocols and multiplexers that come with this module. */
public final class StandardProtocols {
  private StandardProtocols() {}

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
