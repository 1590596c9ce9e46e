package dev.twine.ws;

import dev.twine.gossip.CloseReason;
import dev.twine.gossip.Limits;
import dev.twine.gossip.LocalNode;
import dev.twine.gossip.Loops;
import dev.twine.gossip.NodeClock;
import dev.twine.gossip.Permit;
import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.SessionSignal;
import dev.twine.gossip.SessionTerms;
import dev.twine.gossip.SystemClock;
import dev.twine.gossip.TagTable;
import dev.twine.gossip.TooLargeException;
import dev.twine.gossip.TransportContext;
import dev.twine.http.ServiceContext;
import dev.twine.http.ServiceExecutor;
import dev.twine.http.ServiceLimits;
import dev.twine.http.ServiceRouter;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.PeerRef;
import dev.twine.network.Registration;
import dev.twine.network.TwineException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stands for the engine: admits up to a number of sessions and keeps what they bring. */
final class FakeContext implements TransportContext, AutoCloseable {
  private static final long CLOSE_MILLIS = 5_000;

  final List<Session> sessions = new CopyOnWriteArrayList<>();
  final List<String> refusals = new CopyOnWriteArrayList<>();
  final AtomicInteger permits = new AtomicInteger();

  volatile int room = 1_000;
  volatile @Nullable TwineException refuseSessions;
  volatile Limits limits = Limits.defaults();

  /** Whether arithmetic on times sees none pass; timers go on. */
  volatile boolean timeStandsStill;

  /** Where timers wait that were set since this is not null, until a test runs them. */
  volatile @Nullable Queue<Runnable> timers;

  private final LocalNode local;
  private final Loops loops = Loops.start(1);
  private final SystemClock clock = new SystemClock("test-clock");
  private final ServiceRouter router = new ServiceRouter();
  private final ServiceExecutor threads = new ServiceExecutor("test-service", 4);

  private final ServiceContext services =
      new ServiceContext(router, threads, ServiceLimits.defaults(), System::nanoTime);

  FakeContext(String networkId, long seed) {
    byte[] random = new byte[LocalNode.RANDOM_BYTES];
    byte[] keySeed = new byte[32];
    new Random(seed).nextBytes(random);
    new Random(~seed).nextBytes(keySeed);
    local = new LocalNode(
        NodeKey.ed25519FromSeed(keySeed),
        networkId,
        "twine-test/" + seed,
        random,
        Set.of(LocalNode.TWINE1, LocalNode.PPZSTD),
        null);
    if (local.key().type() != KeyType.ED25519) {
      throw new IllegalStateException();
    }
  }

  /** A session and what came through it. */
  static final class Session extends ChannelInboundHandlerAdapter implements SessionHandle {
    final SessionTerms terms;
    final Channel channel;
    final List<byte[]> messages = new CopyOnWriteArrayList<>();
    final List<SessionSignal> signals = new CopyOnWriteArrayList<>();
    final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    final CompletableFuture<NodeId> proven = new CompletableFuture<>();

    Session(SessionTerms terms, Channel channel) {
      this.terms = terms;
      this.channel = channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      messages.add(ByteBufUtil.getBytes(bytes));
      bytes.release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SessionSignal signal) {
        signals.add(signal);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      close(CloseReason.of(
          cause instanceof TooLargeException
              ? CloseReason.Kind.TOO_LARGE
              : CloseReason.Kind.IO_ERROR));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      closed.complete(CloseReason.of(CloseReason.Kind.REMOTE_CLOSED));
      terms.permit().close();
    }

    @Override
    public PeerRef.Session session() {
      return new PeerRef.Session(1);
    }

    @Override
    public CompletableFuture<NodeId> proven() {
      return proven;
    }

    @Override
    public void close(CloseReason reason) {
      channel.eventLoop().execute(() -> {
        if (closed.complete(reason)) {
          terms.control().close(channel, reason);
        }
      });
    }

    @Override
    public CompletableFuture<CloseReason> closed() {
      return closed;
    }
  }

  @Override
  public LocalNode local() {
    return local;
  }

  @Override
  public TagTable tags() {
    return TagTable.standard();
  }

  @Override
  public Loops loops() {
    return loops;
  }

  @Override
  public NodeClock clock() {
    Queue<Runnable> held = timers;
    return held != null || timeStandsStill ? new StoppedClock(clock, held) : clock;
  }

  private record StoppedClock(SystemClock machine, @Nullable Queue<Runnable> held)
      implements NodeClock {
    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public Registration schedule(Duration delay, Runnable task) {
      if (held == null) {
        return machine.schedule(delay, task);
      }
      held.add(task);
      return () -> held.remove(task);
    }
  }

  @Override
  public Limits limits() {
    return limits;
  }

  @Override
  public ServiceContext services() {
    return services;
  }

  ServiceRouter router() {
    return router;
  }

  @Override
  public Optional<Permit> admit(InetAddress remote, Direction direction) {
    if (permits.incrementAndGet() > room) {
      permits.decrementAndGet();
      refusals.add("sessions.total");
      return Optional.empty();
    }
    return Optional.of(new Permit(remote, permits::decrementAndGet));
  }

  @Override
  public SessionHandle open(Channel channel, SessionTerms terms) {
    if (refuseSessions != null) {
      terms.permit().close();
      throw refuseSessions;
    }
    var session = new Session(terms, channel);
    channel.pipeline().addLast(session);
    sessions.add(session);
    return session;
  }

  @Override
  public void refused(String address, String reason) {
    refusals.add(reason);
  }

  @Override
  public void close() {
    // As an engine does: what a channel holds is released by its loop, while there is one.
    for (Session session : sessions) {
      session.channel.close().awaitUninterruptibly(CLOSE_MILLIS);
    }
    loops.close();
    clock.close();
    threads.close();
  }
}
