package dev.twine.interop;

/**
 * A certificate for TLS below the WebSocket, as a peer takes it: DER in hexadecimal digits.
 *
 * @param certificate for 127.0.0.1, shown by the end that listens
 * @param key its private key, PKCS#8
 * @param root has issued it, and is what the dialler trusts
 */
public record WssCertificate(String certificate, String key, String root) {
  /** Hides the key. */
  @Override
  public String toString() {
    return "WssCertificate";
  }
}
