package dev.twine.ws;

import dev.twine.network.TwineException;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * The TLS context of a dialler. The one that trusts the roots of the JDK is made when the first
 * {@code wss} address needs it: reading them takes a fifth of the time in which a node starts. Safe
 * for use by several threads.
 */
final class ClientTls {
  private final Trust trust;
  private volatile @Nullable SslContext made;

  /** @throws TwineException of code BAD_VALUE if the trusted certificates cannot be used */
  ClientTls(Trust trust) {
    this.trust = trust;
    if (!(trust instanceof Trust.SystemRoots)) {
      context(); // Certificates of the user: what is wrong with them is said at the start.
    }
  }

  /** Whether {@link #context} returns at once. */
  boolean isMade() {
    return made != null;
  }

  /** The context; computes for a while the first time, so that event loops ask when it is made. */
  SslContext context() {
    SslContext context = made;
    return context == null ? make() : context;
  }

  private synchronized SslContext make() {
    SslContext context = made;
    if (context == null) {
      context = Tls.client(trust);
      made = context;
    }
    return context;
  }
}
