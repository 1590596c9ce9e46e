package dev.twine.libp2p;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.NameResolver;
import dev.twine.libp2p.core.Refusals;
import dev.twine.libp2p.core.TransportContext;
import dev.twine.libp2p.core.dns.DnsResolver;
import dev.twine.libp2p.core.dns.DnsServers;
import dev.twine.libp2p.core.dns.SystemResolver;
import dev.twine.libp2p.core.identify.IdentifyEnvironment;
import dev.twine.libp2p.core.transport.Loops;
import dev.twine.libp2p.core.upgrade.PeerMemory;
import dev.twine.libp2p.core.upgrade.StreamProtocols;
import dev.twine.libp2p.core.upgrade.UpgradeSettings;
import dev.twine.libp2p.core.upgrade.Upgrader;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What a host is put together from, and which of it the host has to close. */
final class HostParts {
  private static final int CLOSE_SECONDS = 5;

  private final EventLoopGroup loops;
  private final boolean ownLoops;
  private final Executor crypto;
  private final NameResolver resolver;

  /** What the host has made for itself, but for its loops. */
  private final List<Runnable> closers = new ArrayList<>();

  private final Refusals refusals = new Refusals();
  private final PeerTags tags = new PeerTags();
  private final StreamProtocols protocols = new StreamProtocols();
  private final PeerMemory memory;
  private final AcceptPauses pauses;
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final Admission admission;
  private final ConnectionTable table;

  HostParts(HostSettings settings) {
    EventLoopGroup given = settings.eventLoops();
    ownLoops = given == null;
    loops = given == null ? Loops.start(Runtime.getRuntime().availableProcessors()) : given;
    Executor givenCrypto = settings.crypto();
    crypto = givenCrypto == null ? ownCrypto() : givenCrypto;
    resolver = resolver(settings);
    var host = settings.limits().host();
    memory = new PeerMemory(host.memory(), refusals);
    pauses = new AcceptPauses(host.descriptors(), refusals);
    var descriptors =
        new Descriptors(host.descriptors(), Descriptors.Kernel.real(crypto, settings.nanoClock()));
    admission = new Admission(
        new Admission.Bounds(host.connections(), host.handshakes(), descriptors),
        refusals,
        pauses::freed);
    table = new ConnectionTable(host.connections(), tags, refusals, settings.nanoClock());
  }

  Dialler.Parts network(HostSettings settings, Consumer<Connection> register) {
    var limits = settings.limits();
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
        new TransportContext(settings.key(), loops, crypto),
        settings.transports(),
        upgrader,
        limits.dialling(),
        settings.gater(),
        resolver,
        new Dialler.Room(admission, pauses, channels),
        refusals,
        register,
        settings.nanoClock());
  }

  IdentifyEnvironment identifyEnvironment() {
    return IdentifyEnvironment.of(crypto, refusals);
  }

  NameResolver resolver() {
    return resolver;
  }

  EventLoopGroup loops() {
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

  /** Of all that was accepted or dialled. When they have been closed, later ones close at once. */
  ChannelGroup channels() {
    return channels;
  }

  ConnectionTable table() {
    return table;
  }

  /** Ends what is the host's own. The future completes when its loops have ended. */
  Future<?> close() {
    closers.forEach(Runnable::run);
    if (ownLoops) {
      return loops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
    }
    return GlobalEventExecutor.INSTANCE.newSucceededFuture(null);
  }

  private Executor ownCrypto() {
    ThreadPoolExecutor made = CryptoThreads.start();
    closers.add(made::shutdownNow);
    return made;
  }

  private NameResolver resolver(HostSettings settings) {
    NameResolver given = settings.resolver();
    if (given != null) {
      return given;
    }
    if (!settings.dnsServers().isEmpty()) {
      DnsResolver made = new DnsResolver(loops.next(), settings.dnsServers());
      closers.add(made::close);
      return made;
    }
    SystemResolver made = new SystemResolver(loops::next, DnsServers.ofSystem());
    closers.add(made::close);
    return made;
  }
}
