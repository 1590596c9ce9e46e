package dev.twine.libp2p.core.tls;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * {@code /tls/1.0.0}: TLS 1.3 with libp2p identities, by the JDK's implementation.
 *
 * <p>The certificate is made once for every identity key; no session is ever resumed. Signatures
 * and key agreement are computed on the request's executor. The multiplexer is negotiated by ALPN.
 * A handshake extension is not carried: TLS has no place for one that peers would ignore. The
 * channel binding is the exporter of RFC 9266, and absent before JDK 25, which has none.
 *
 * <p>Creating an instance puts a security provider first in the JDK's list, which does nothing
 * outside of libp2p handshakes: without it the JDK refuses the nameless certificates of other
 * implementations.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/tls/tls.md">the specification</a>
 */
public final class TlsProtocol implements SecureProtocol {
  static final String ID = "/tls/1.0.0";

  private final SecureRandom random = new SecureRandom();
  private final Map<NodeKey, TlsIdentity> identities = new WeakHashMap<>();
  private final Clock clock;

  /** Judges the dates of certificates by the clock of the system. */
  public TlsProtocol() {
    this(Clock.systemUTC());
  }

  TlsProtocol(Clock clock) {
    this.clock = clock;
    NamelessCertificates.register();
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Future<SecuredPeer> secure(Channel channel, String after, SecureRequest request) {
    var trust = new PeerTrust(request.expectedPeer(), clock);
    var own = new OwnCertificate(() -> identity(request.localKey()));
    SSLEngine engine = TlsEngine.create(request, own, trust, random);
    SslHandler records = new SslHandler(
        engine, task -> request.crypto().execute(() -> NamelessCertificates.during(task)));
    records.setCumulator(new RecordCumulator());
    // The deadline of the whole upgrade covers the handshake.
    records.setHandshakeTimeoutMillis(0);
    Promise<SecuredPeer> secured = channel.eventLoop().newPromise();
    var limit = new HandshakeByteLimit();
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addAfter(after, ID, new TlsOutcome(request, engine, trust, limit, secured));
    pipeline.addAfter(after, ID + " limit", limit);
    pipeline.addAfter(ID + " limit", ID + " records", records);
    return secured;
  }

  /** Signs on the first call for a key: not on an event loop. */
  private TlsIdentity identity(NodeKey key) {
    synchronized (identities) {
      return identities.computeIfAbsent(key, it -> TlsIdentity.create(it, random, clock.instant()));
    }
  }

  static Libp2pException bad(String why, @Nullable Throwable cause) {
    return new Libp2pException(
        FailureReason.BAD_HANDSHAKE,
        "the TLS handshake failed",
        why,
        "the remote side has to speak /tls/1.0.0 as libp2p defines it",
        cause);
  }
}
