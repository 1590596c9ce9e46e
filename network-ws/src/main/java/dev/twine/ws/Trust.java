package dev.twine.ws;

import java.nio.file.Path;

/** Which certificates of {@code wss} peers are accepted. */
public sealed interface Trust {
  /** Those of the certificate authorities of the JDK, for the host that was dialled. */
  record SystemRoots() implements Trust {}

  /**
   * Those that a certificate of this PEM file signed, or is, for the host that was dialled.
   *
   * @param certificates X.509 certificates in PEM
   */
  record Pem(Path certificates) implements Trust {}

  /**
   * Any. Only addresses that name the expected node can be dialled then: its proof of identity covers
   * the certificate of the connection, so a node in between is found out.
   */
  record Unchecked() implements Trust {}

  static Trust system() {
    return new SystemRoots();
  }

  static Trust pem(Path certificates) {
    return new Pem(certificates);
  }

  static Trust unchecked() {
    return new Unchecked();
  }
}
