package dev.twine.libp2p.core.tls;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;

/** What both the writer and the reader of libp2p certificates need. */
final class Certificates {
  /** The libp2p Public Key Extension: the identity key, and its signature over the certificate's. */
  static final ASN1ObjectIdentifier IDENTITY = new ASN1ObjectIdentifier("1.3.6.1.4.1.53594.1.1");

  private static final byte[] PREFIX = "libp2p-tls-handshake:".getBytes(StandardCharsets.US_ASCII);

  private Certificates() {}

  /** What the identity signs: a fixed text and the certificate's public key, as it stands there. */
  static byte[] signed(byte[] subjectPublicKeyInfo) {
    byte[] text = Arrays.copyOf(PREFIX, PREFIX.length + subjectPublicKeyInfo.length);
    System.arraycopy(subjectPublicKeyInfo, 0, text, PREFIX.length, subjectPublicKeyInfo.length);
    return text;
  }
}
