package dev.twine.libp2p.core.tls;

import java.io.IOException;
import java.io.InputStream;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactorySpi;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets the JDK's TLS read certificates whose subject and issuer are empty, as rust-libp2p and
 * js-libp2p send them.
 *
 * <p>The JDK asks the first security provider that has a factory for X.509, and its own refuses
 * empty names before any trust manager is asked. So this provider stands first, and answers only
 * within {@link #during}, that is, in tasks of libp2p handshakes; for everybody else it has no such
 * factory, and the JDK goes on to the next provider. See docs/decisions.
 */
final class NamelessCertificates extends Provider {
  private static final long serialVersionUID = 1;
  private static final String TYPE = "CertificateFactory";
  private static final String ALGORITHM = "X.509";

  /** Of this class loader: a second provider of the same name would not be taken. */
  private static final String NAME = "TwineNamelessCertificates-"
      + Integer.toHexString(System.identityHashCode(NamelessCertificates.class));

  private static final ThreadLocal<Boolean> WITHIN = ThreadLocal.withInitial(() -> false);
  private static final Provider PROVIDER = new NamelessCertificates();

  private NamelessCertificates() {
    super(NAME, "1", "X.509 certificates within libp2p handshakes");
    putService(new Factory(this));
  }

  /** Puts the provider in its place, unless it is there. */
  static void register() {
    if (!isFirst()) {
      putFirst();
    }
  }

  /** Those of other class loaders may be in front of it: they decline, as it does for them. */
  private static boolean isFirst() {
    Provider[] readers = Security.getProviders(TYPE + "." + ALGORITHM);
    if (readers == null) {
      return false;
    }
    for (Provider reader : readers) {
      if (reader.getName().equals(PROVIDER.getName())) {
        return true;
      }
      if (!reader.getClass().getName().equals(NamelessCertificates.class.getName())) {
        return false;
      }
    }
    return false;
  }

  /** Another one may have been put before it since. */
  private static synchronized void putFirst() {
    Security.removeProvider(PROVIDER.getName());
    Security.insertProviderAt(PROVIDER, 1);
  }

  /** Runs a task of a handshake. */
  static void during(Runnable task) {
    WITHIN.set(true);
    try {
      task.run();
    } finally {
      WITHIN.remove();
    }
  }

  private static final class Factory extends Service {
    Factory(Provider provider) {
      super(provider, TYPE, ALGORITHM, Reader.class.getName(), null, null);
    }

    @Override
    public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
      if (WITHIN.get()) {
        return new Reader();
      }
      throw new NoSuchAlgorithmException("only within libp2p handshakes");
    }
  }

  /** Keeps the bytes; they are read when the trust manager is asked. */
  private static final class Reader extends CertificateFactorySpi {
    @Override
    public Certificate engineGenerateCertificate(InputStream in) throws CertificateException {
      try {
        return new UncheckedCertificate(in.readNBytes(CertificateParts.MAX_BYTES + 1));
      } catch (IOException e) {
        throw new CertificateException("the certificate cannot be read", e);
      }
    }

    @Override
    public Collection<? extends Certificate> engineGenerateCertificates(InputStream in)
        throws CertificateException {
      return List.of(engineGenerateCertificate(in));
    }

    @Override
    public CRL engineGenerateCRL(InputStream in) throws CRLException {
      throw new CRLException("libp2p knows no revocation lists");
    }

    @Override
    public Collection<? extends CRL> engineGenerateCRLs(InputStream in) throws CRLException {
      throw new CRLException("libp2p knows no revocation lists");
    }
  }
}
