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
 * What the JDK's TLS gets from us in libp2p handshakes: a reader of certificates, which takes those
 * whose subject and issuer are empty, as rust-libp2p and js-libp2p send them; and, for the keys that
 * it has read, Bouncy Castle's check of signatures, which takes a fraction of the JDK's time.
 *
 * <p>The JDK asks the first security provider that has what it needs, and its own reader refuses
 * empty names before any trust manager is asked. So this provider stands first, and answers only
 * within {@link #during}, that is, in tasks of libp2p handshakes; for everybody else it has nothing,
 * and the JDK goes on to the next provider. See docs/decisions, 13.
 */
final class HandshakeProvider extends Provider {
  private static final long serialVersionUID = 1;
  private static final String TYPE = "CertificateFactory";
  private static final String ALGORITHM = "X.509";
  private static final String OUTSIDE = "only within libp2p handshakes";

  /** Of this class loader: a second provider of the same name would not be taken. */
  private static final String NAME =
      "TwineHandshakes-" + Integer.toHexString(System.identityHashCode(HandshakeProvider.class));

  private static final ThreadLocal<Boolean> WITHIN = ThreadLocal.withInitial(() -> false);
  private static final Provider PROVIDER = new HandshakeProvider();

  private HandshakeProvider() {
    super(NAME, "1", "X.509 certificates and their keys within libp2p handshakes");
    putService(new Factory(this));
    putService(new Verifiers(this));
  }

  /** Puts the provider in its place, unless it is there. */
  static void register() {
    // Almost always it is the very first, which is seen at a glance.
    String first = Security.getProviders()[0].getName();
    if (!first.equals(PROVIDER.getName()) && !isFirst()) {
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
      if (!reader.getClass().getName().equals(HandshakeProvider.class.getName())) {
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
      throw new NoSuchAlgorithmException(OUTSIDE);
    }
  }

  private static final class Verifiers extends Service {
    Verifiers(Provider provider) {
      super(provider, "Signature", P256Verifier.NAME, P256Verifier.class.getName(), null, null);
    }

    @Override
    public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
      if (WITHIN.get()) {
        return new P256Verifier();
      }
      throw new NoSuchAlgorithmException(OUTSIDE);
    }

    @Override
    public boolean supportsParameter(Object key) {
      return key instanceof P256Key;
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
