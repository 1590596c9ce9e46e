package dev.twine.libp2p.core;

import dev.twine.libp2p.core.noise.NoiseProtocol;
import dev.twine.libp2p.core.tls.TlsProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The security protocols that there are. */
enum SecurityKind {
  NOISE,
  TLS;

  SecureProtocol create() {
    return this == NOISE ? new NoiseProtocol() : new TlsProtocol();
  }

  /** The start of a message far above what any handshake takes, and 16 KiB of it. */
  ByteBuf oversized() {
    byte[] head =
        this == NOISE ? new byte[] {-1, -1} : new byte[] {22, 3, 1, 0x40, 0, 1, -1, -1, -1};
    return Unpooled.buffer().writeBytes(head).writeZero(16 * 1024);
  }
}
