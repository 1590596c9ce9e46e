package dev.twine.libp2p.core.tls;

import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.SecureProtocol;
import dev.twine.libp2p.core.SecureRequest;
import dev.twine.libp2p.core.SecuredPeer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
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
 * <p>The certificate is made once for every identity key; no session is ever resumed. Keys,
 * signatures and key agreement are computed on the request's executor. The multiplexer is negotiated
 * by ALPN. A handshake extension is not carried, because TLS has no place for one that peers would
 * ignore: both sides learn that the other has offered none. The channel binding is the exporter of
 * RFC 9266, and absent before JDK 25, which has none.
 *
 * <p>The first handshake puts a security provider first in the JDK's list, which does nothing
 * outside of libp2p handshakes: without it the JDK refuses the nameless certificates of other
 * implementations. See docs/decisions, 13.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/tls/tls.md">the specification</a>
 */
public final class TlsProtocol implements SecureProtocol {
  static final String ID = "/tls/1.0.0";

  private static final String LIMIT = ID + " limit";
  private static final String RECORDS = ID + " records";
  private static final String OUTCOME = ID + " outcome";

  private final Map<NodeKey, TlsIdentity> identities = new WeakHashMap<>();
  private final Clock clock;
  private final SecureRandom random;

  /** Judges the dates of certificates by the clock of the system. */
  public TlsProtocol() {
    this(Clock.systemUTC());
  }

  TlsProtocol(Clock clock) {
    this(clock, new SecureRandom());
  }

  TlsProtocol(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Future<SecuredPeer> secure(Channel channel, String after, SecureRequest request) {
    HandshakeProvider.register();
    var trust = new PeerTrust(request.expectedPeer(), clock);
    Promise<SecuredPeer> secured = channel.eventLoop().newPromise();
    var start = new TlsStart(
        request.crypto(),
        () -> begin(request, trust),
        (ctx, engine) -> install(ctx, engine, request, trust, secured),
        secured);
    channel.pipeline().addAfter(after, ID, start);
    return secured;
  }

  private static void install(
      ChannelHandlerContext start,
      SSLEngine engine,
      SecureRequest request,
      PeerTrust trust,
      Promise<SecuredPeer> secured) {
    SslHandler records = new SslHandler(
        engine, task -> request.crypto().execute(() -> HandshakeProvider.during(task)));
    records.setCumulator(new RecordCumulator());
    // The deadline of the whole upgrade covers the handshake.
    records.setHandshakeTimeoutMillis(0);
    var limit = new HandshakeByteLimit();
    var outcome = new TlsOutcome(request, engine, trust, limit, secured);
    ChannelPipeline pipeline = start.pipeline();
    pipeline.addAfter(start.name(), OUTCOME, outcome);
    pipeline.addAfter(start.name(), RECORDS, records);
    pipeline.addAfter(start.name(), LIMIT, limit);
    if (request.initiator()) {
      // Netty starts engines that have not begun; this one has, and its first message waits.
      pipeline.context(outcome).flush();
    }
  }

  private SSLEngine begin(SecureRequest request, PeerTrust trust) {
    var own = new OwnCertificate(() -> identity(request.localKey()));
    SSLEngine engine = TlsEngine.begin(request, own, trust, random);
    return request.initiator() ? new OffLoopEngine(engine, () -> trust.proven() != null) : engine;
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
