package dev.twine.libp2p.core.tls;

import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** A peer's certificate breaks a rule of libp2p. Without a stack trace: peers cause it. */
final class BadCertificateException extends CertificateException {
  private static final long serialVersionUID = 1;

  private final String what;

  BadCertificateException(String what) {
    this(what, null);
  }

  BadCertificateException(String what, @Nullable Throwable cause) {
    super(what, cause);
    this.what = what;
  }

  String what() {
    return what;
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
