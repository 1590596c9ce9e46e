package dev.twine.libp2p.core.tls;

import dev.twine.libp2p.core.SecureRequest;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Sets up the JDK's TLS 1.3 as libp2p wants it. */
final class TlsEngine {
  /** The result of ALPN when the multiplexer is left to multistream-select. */
  static final String NO_MUXER = "libp2p";

  private static final String PROTOCOL = "TLSv1.3";

  /** AES first: with the processor's help it is twice as fast as ChaCha20. */
  private static final List<String> SUITES =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384");

  /** Above a week, which RFC 8446 allows at most, the JDK sends no session tickets. */
  private static final int NO_TICKETS_SECONDS = 7 * 24 * 3600 + 1;

  private TlsEngine() {}

  /**
   * An engine that has begun its handshake. A client computes its key shares here, which takes up to
   * a millisecond: not for an event loop.
   */
  static SSLEngine begin(
      SecureRequest request, KeyManager own, TrustManager trust, SecureRandom random) {
    SSLEngine engine = create(request, own, trust, random);
    try {
      engine.beginHandshake();
    } catch (SSLException e) {
      throw new IllegalStateException("this JDK begins no TLS handshake", e);
    }
    return engine;
  }

  /** An engine with a context of its own, so that no two connections share a session. */
  static SSLEngine create(
      SecureRequest request, KeyManager own, TrustManager trust, SecureRandom random) {
    try {
      SSLContext context = SSLContext.getInstance(PROTOCOL, "SunJSSE");
      context.init(new KeyManager[] {own}, new TrustManager[] {trust}, random);
      context.getServerSessionContext().setSessionTimeout(NO_TICKETS_SECONDS);
      SSLEngine engine = context.createSSLEngine();
      engine.setUseClientMode(request.initiator());
      SSLParameters parameters = parameters(engine.getSupportedCipherSuites());
      List<String> offered = offered(request.muxers());
      if (request.initiator()) {
        parameters.setApplicationProtocols(offered.toArray(String[]::new));
      } else {
        parameters.setNeedClientAuth(true);
        engine.setHandshakeApplicationProtocolSelector((it, theirs) -> first(theirs, offered));
      }
      engine.setSSLParameters(parameters);
      return engine;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS 1.3", e);
    }
  }

  private static SSLParameters parameters(String[] supported) {
    Set<String> here = Set.of(supported);
    String[] suites = SUITES.stream().filter(here::contains).toArray(String[]::new);
    return new SSLParameters(suites, new String[] {PROTOCOL});
  }

  /** What does not negotiate early comes last, as the specification demands. */
  private static List<String> offered(List<String> muxers) {
    List<String> offered = new ArrayList<>(muxers);
    offered.add(NO_MUXER);
    return offered;
  }

  /** The client's first that we have too; null lets the handshake fail. */
  private static @Nullable String first(List<String> theirs, List<String> ours) {
    for (String protocol : theirs) {
      if (ours.contains(protocol)) {
        return protocol;
      }
    }
    return null;
  }
}
