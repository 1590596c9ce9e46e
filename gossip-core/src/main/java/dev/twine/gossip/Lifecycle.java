package dev.twine.gossip;

import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** New, running, closed: starts all of a node or nothing of it, and ends it in an order that drains. */
final class Lifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  /** Of the five seconds that closing may take, what peers get to read why. */
  private static final Duration FAREWELL = Duration.ofMillis(1_500);

  private static final Duration THREADS = Duration.ofSeconds(1);

  private enum State {
    NEW,
    STARTING,
    RUNNING,
    CLOSED
  }

  private final EngineContext context;
  private final PeerTable table;
  private final Mesh mesh;
  private final PeerstoreSaver saver;
  private final Bootstrap bootstrap;
  private final MeshFeeler feeler;
  private final MeshUpkeep upkeep;
  private final List<Transport> transports;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile List<Address> addresses = List.of();

  Lifecycle(EngineContext context, PeerTable table, Mesh mesh, List<Transport> transports) {
    this.context = context;
    this.table = table;
    this.mesh = mesh;
    this.saver = new PeerstoreSaver(context.core(), mesh);
    this.bootstrap = new Bootstrap(context.core(), mesh, transports);
    this.feeler = new MeshFeeler(context.core(), mesh);
    this.upkeep = new MeshUpkeep(context.core(), mesh, feeler);
    this.transports = transports;
  }

  MeshUpkeep upkeep() {
    return upkeep;
  }

  boolean isRunning() {
    return state.get() == State.RUNNING;
  }

  List<Address> addresses() {
    return addresses;
  }

  void start() {
    refuseOnLoop();
    if (state.get() == State.CLOSED) {
      throw new TwineException(Code.CLOSED, "the node is closed", id(), "start a new one");
    }
    if (!state.compareAndSet(State.NEW, State.STARTING)) {
      throw new IllegalStateException("the node was started before");
    }
    try {
      var bound = new ArrayList<Address>();
      for (Transport transport : transports) {
        bound.addAll(transport.listen(context));
      }
      addresses = List.copyOf(bound);
      saver.load();
    } catch (RuntimeException e) {
      // Whatever the reason, nothing of a node that did not start may go on.
      close();
      throw e;
    }
    if (!state.compareAndSet(State.STARTING, State.RUNNING)) {
      throw new TwineException(
          Code.CLOSED, "the node was closed while it started", id(), "start a new one");
    }
    context.sessions().liveness().start();
    mesh.start();
    saver.start();
    context.sessions().exchange().start(advertised());
    bootstrap.start();
    feeler.start();
    upkeep.start();
    if (!isRunning()) {
      mesh.close();
      saver.close();
      bootstrap.close();
      feeler.close();
      upkeep.close();
      context.sessions().exchange().close();
      context.sessions().liveness().close();
    }
  }

  void close() {
    refuseOnLoop();
    if (state.getAndSet(State.CLOSED) == State.CLOSED) {
      awaitEnd();
      return;
    }
    try {
      closeAll();
    } finally {
      ended.countDown();
    }
  }

  private List<Address> advertised() {
    Address published = context.local().publicAddress();
    return OwnAddresses.of(addresses, published, OwnAddresses.ofMachine());
  }

  private void closeAll() {
    Core core = context.core();
    mesh.close();
    saver.close();
    bootstrap.close();
    feeler.close();
    upkeep.close();
    context.sessions().exchange().close();
    context.sessions().liveness().close();
    transports.forEach(this::close);
    List<Session> open = table.close();
    open.forEach(session -> session.close(CloseReason.of(CloseReason.Kind.SHUTDOWN)));
    awaitChannels(open);
    awaitTransports();
    core.broadcaster().close();
    saver.save();
    context.serviceThreads().close();
    core.executors().close(THREADS);
    if (core.config().shared().loops() == null) {
      context.loops().close();
    }
    if (core.clock() instanceof SystemClock own && core.config().shared().clock() == null) {
      own.close();
    }
  }

  private void close(Transport transport) {
    try {
      transport.close();
    } catch (RuntimeException e) {
      // A fault in one transport must not keep the rest of the node open.
      LOG.warn("the {} transport did not close", transport.kind().label(), e);
    }
  }

  private static void awaitChannels(List<Session> open) {
    long end = System.nanoTime() + FAREWELL.toNanos();
    for (Session session : open) {
      long left = Math.max(0, end - System.nanoTime());
      session.channel.closeFuture().awaitUninterruptibly(left, TimeUnit.NANOSECONDS);
    }
    for (Session session : open) {
      session.channel.close().awaitUninterruptibly(100, TimeUnit.MILLISECONDS);
    }
  }

  /** Connections may carry more than sessions, and need their loops until they have said goodbye. */
  private void awaitTransports() {
    CompletableFuture<?>[] closing =
        transports.stream().map(Transport::closed).toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(closing)
        .completeOnTimeout(null, FAREWELL.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(failure -> null) // The transport has said why.
        .join();
  }

  private void awaitEnd() {
    try {
      if (!ended.await(5, TimeUnit.SECONDS)) {
        LOG.warn("the node is still closing");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void refuseOnLoop() {
    if (context.loops().isCurrent()) {
      throw new IllegalStateException("starting and closing wait, which an event loop must not");
    }
  }

  private String id() {
    return context.local().nodeId().toString();
  }
}
