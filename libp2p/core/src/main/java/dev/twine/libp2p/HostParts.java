package dev.twine.libp2p;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.identify.IdentifyEnvironment;
import dev.twine.libp2p.core.transport.Loops;
import dev.twine.libp2p.core.transport.TcpTransport;
import dev.twine.libp2p.core.transport.WebSocketTransport;
import dev.twine.libp2p.core.upgrade.PeerMemory;
import dev.twine.libp2p.core.upgrade.StreamProtocols;
import dev.twine.libp2p.core.upgrade.UpgradeSettings;
import dev.twine.libp2p.core.upgrade.Upgrader;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a host is put together from, and which of it the host has to close. */
final class HostParts {
  private static final int CLOSE_SECONDS = 5;

  private final Loops loops;
  private final boolean ownLoops;
  private final Executor crypto;
  private final @Nullable ThreadPoolExecutor ownCrypto;
  private final NameResolver resolver;
  private final @Nullable SystemResolver ownResolver;
  private final Refusals refusals = new Refusals();
  private final PeerTags tags = new PeerTags();
  private final StreamProtocols protocols = new StreamProtocols();
  private final PeerMemory memory;
  private final AcceptPauses pauses;
  private final Admission admission;
  private final ConnectionTable table;

  HostParts(HostSettings settings) {
    ownLoops = settings.eventLoops() == null;
    loops = settings.eventLoops() == null
        ? Loops.start(Runtime.getRuntime().availableProcessors())
        : Loops.of(settings.eventLoops());
    Executor givenCrypto = settings.crypto();
    ownCrypto = givenCrypto == null ? CryptoThreads.start() : null;
    crypto = givenCrypto == null ? Objects.requireNonNull(ownCrypto) : givenCrypto;
    NameResolver givenResolver = settings.resolver();
    ownResolver = givenResolver == null ? new SystemResolver() : null;
    resolver = givenResolver == null ? Objects.requireNonNull(ownResolver) : givenResolver;
    var limits = settings.limits();
    memory = new PeerMemory(limits.memory(), refusals);
    pauses = new AcceptPauses(limits.descriptors(), refusals);
    admission = new Admission(
        new Admission.Bounds(
            limits.connections(), limits.handshakes(), Descriptors.sockets(limits.descriptors())),
        refusals,
        pauses::freed);
    table = new ConnectionTable(limits.connections(), tags, refusals, settings.nanoClock());
  }

  Dialler.Parts network(HostSettings settings, Consumer<Connection> register) {
    var limits = settings.limits();
    var tls = new WebSocketTransport.Tls(settings.tlsServer(), settings.tlsClient());
    var upgrade = new UpgradeSettings(
        settings.key(),
        settings.security(),
        settings.muxers(),
        settings.earlyMuxer(),
        crypto,
        limits,
        memory,
        refusals,
        settings.extension());
    var upgrader = new Upgrader(upgrade, protocols, new HostGate(settings.gater(), refusals));
    return new Dialler.Parts(
        loops,
        List.of(new TcpTransport(loops), new WebSocketTransport(loops, tls, crypto)),
        upgrader,
        limits.dials(),
        settings.gater(),
        resolver,
        admission,
        pauses,
        refusals,
        register,
        settings.nanoClock());
  }

  IdentifyEnvironment identifyEnvironment() {
    return IdentifyEnvironment.of(crypto, refusals);
  }

  Loops loops() {
    return loops;
  }

  Refusals refusals() {
    return refusals;
  }

  PeerTags tags() {
    return tags;
  }

  StreamProtocols protocols() {
    return protocols;
  }

  PeerMemory memory() {
    return memory;
  }

  Admission admission() {
    return admission;
  }

  ConnectionTable table() {
    return table;
  }

  /** Ends what is the host's own. The future completes when its loops have ended. */
  Future<?> close() {
    if (ownCrypto != null) {
      ownCrypto.shutdownNow();
    }
    if (ownResolver != null) {
      ownResolver.close();
    }
    if (ownLoops) {
      return loops.group().shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
    }
    return io.netty.util.concurrent.GlobalEventExecutor.INSTANCE.newSucceededFuture(null);
  }
}
