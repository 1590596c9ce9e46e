package dev.twine.interop;

import java.util.Optional;

/**
 * How a peer is set up.
 *
 * @param transport {@code tcp} or {@code ws}
 * @param security {@code noise} or {@code tls}, inside whatever the transport does
 * @param early whether the multiplexer is offered in the security handshake
 * @param key {@code ed25519}, {@code secp256k1}, {@code ecdsa} or {@code rsa}
 * @param wss for TLS below the WebSocket
 */
public record Setting(
    String transport, String security, boolean early, String key, Optional<WssCertificate> wss) {
  /** With an early muxer and an Ed25519 key. */
  public static Setting of(String transport, String security) {
    return new Setting(transport, security, true, "ed25519", Optional.empty());
  }

  /** The same, with the multiplexer agreed upon after the handshake. */
  public Setting withoutEarlyMuxer() {
    return new Setting(transport, security, false, key, wss);
  }

  /** The same, with a key of that type. */
  public Setting withKey(String value) {
    return new Setting(transport, security, early, value, wss);
  }

  /** The same over a WebSocket on TLS with that certificate, {@code /tls/ws}. */
  public Setting overWss(WssCertificate certificate) {
    return new Setting("ws", security, early, key, Optional.of(certificate));
  }

  @Override
  public String toString() {
    return (wss.isPresent() ? "wss" : transport) + " " + security + (early ? "" : " late")
        + (key.equals("ed25519") ? "" : " " + key);
  }
}
