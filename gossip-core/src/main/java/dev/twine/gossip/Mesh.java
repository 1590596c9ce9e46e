package dev.twine.gossip;

import dev.twine.network.Address;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.Registration;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Dials what the {@link DialSchedule} says and tells it what became of it. Its lock guards the
 * schedule alone and is never held while a transport or a session is called.
 */
final class Mesh {
  private final Core core;
  private final Transports transports;
  private final Holders holders;
  private final Peerstore peers;
  private final DialSchedule schedule;
  private final Map<Address, Session> held = new HashMap<>();
  private boolean running;
  private Registration timer = () -> {};

  Mesh(Core core, PeerTable table, Transports transports) {
    this.core = core;
    this.transports = transports;
    holders = new Holders(table);
    MeshConfig config = core.config().traffic().mesh();
    var random = new Random(config.seed());
    var backoff = new Backoff(config.backoffMin(), config.backoffMax(), random);
    peers = new Peerstore(core.limits().discovery());
    TransportKind preferred = config.p2pFirst() ? TransportKind.P2P : TransportKind.WS;
    schedule =
        new DialSchedule(peers, config.fanout(), transports.kinds(preferred), backoff, random);
  }

  /** Any thread. */
  void start() {
    MeshConfig config = core.config().traffic().mesh();
    Moment now = Moment.of(core.clock());
    synchronized (this) {
      running = true;
      config.staticPeers().forEach(address -> peers.addStatic(address, now));
      config.phonebook().forEach(address -> add(address, Source.PHONEBOOK, now));
    }
    wake();
  }

  void close() {
    synchronized (this) {
      running = false;
      timer.close();
    }
  }

  Transports transports() {
    return transports;
  }

  /** Addresses that somebody told of. True if there is a new one among them. */
  boolean learn(List<Address> addresses, Source source) {
    Moment now = Moment.of(core.clock());
    boolean news = false;
    synchronized (this) {
      peers.expire(now.millis());
      for (Address address : addresses) {
        news |= add(address, source, now);
      }
    }
    if (news) {
      wake();
    }
    return news;
  }

  /** Whether a dial of this address, which names a node, has led to that node. */
  synchronized boolean wasReached(Address named) {
    return named.nodeId().map(peers::contacts).orElse(List.of()).stream()
        .filter(Contact::wasReached)
        .anyMatch(contact -> contact.isAt(named));
  }

  synchronized int known() {
    return peers.contacts().size();
  }

  /** Whether it has fewer sessions than it would like to. */
  synchronized boolean isLacking() {
    return schedule.isLacking();
  }

  /** The sessions that it dialled by its own choice, oldest first. */
  synchronized List<Session> chosen() {
    return held.entrySet().stream()
        .filter(one -> one.getValue().terms.direction() == Direction.OUT)
        .filter(one -> isChosen(peers.find(one.getKey())))
        .map(Map.Entry::getValue)
        .distinct()
        .sorted(Comparator.comparingLong(one -> one.ref.number()))
        .toList();
  }

  private static boolean isChosen(@Nullable Contact contact) {
    return contact != null && !contact.isStatic();
  }

  /** Whether another node could have the place of one of them. */
  synchronized boolean isFullWithSpare() {
    return !schedule.isLacking() && schedule.hasSpare(core.clock().nanoTime());
  }

  /** How many sessions it has by its own choice beyond those that it wants. */
  synchronized int surplus() {
    return schedule.surplus();
  }

  /** A dial under way, and what comes of it. */
  record Dial(Address address, CompletableFuture<Session> outcome) {}

  /** Dials the lost node whose turn it is, if there is one. */
  Optional<Dial> dialLost(Random random) {
    Optional<Address> address;
    synchronized (this) {
      address = running ? schedule.nextLost(random, core.clock().nanoTime()) : Optional.empty();
    }
    return address.map(one -> new Dial(one, dial(one)));
  }

  /** Addresses of lost nodes. */
  synchronized int lost() {
    return schedule.lost();
  }

  /** Leaves a node alone for a while. */
  synchronized void rest(Address address, Duration pause) {
    schedule.rest(address, pause, core.clock().nanoTime());
  }

  /** What is to be remembered when the node starts again. */
  synchronized List<SavedAddress> saved() {
    peers.expire(core.clock().now().toEpochMilli());
    return peers.contacts().stream()
        .filter(contact -> !contact.isStatic())
        .map(SavedAddress::of)
        .toList();
  }

  /** What was remembered; nothing of it is dialled before the node runs. */
  synchronized void restore(List<SavedAddress> saved) {
    Moment now = Moment.of(core.clock());
    saved.forEach(one -> one.restore(peers, now));
    peers.expire(now.millis());
  }

  /** A session that somebody dialled by hand, to be kept like those of the mesh. */
  void adopt(Address address, Session session) {
    synchronized (this) {
      add(address, Source.PHONEBOOK, Moment.of(core.clock()));
    }
    hold(address, session);
  }

  /** An incoming session: its other end need not be dialled as well. */
  void opened(Session session) {
    Address dialBack = session.terms.dialBack();
    if (dialBack == null || session.terms.direction() != Direction.IN) {
      return;
    }
    InetAddress remote = session.terms.permit().remote();
    boolean fits = AddressScope.of(dialBack)
        .filter(scope -> scope.reaches(AddressScope.of(remote)))
        .isPresent();
    synchronized (this) {
      if (fits) {
        add(dialBack, Source.incoming(remote), Moment.of(core.clock()));
      }
    }
    hold(dialBack, session);
  }

  private boolean add(Address address, Source source, Moment now) {
    Peerstore.Addition result = peers.add(address, source, now);
    if (result.isRefused()) {
      core.counters().refused(result.limit());
    }
    boolean isNew = result == Peerstore.Addition.NEW;
    if (isNew) {
      core.counters().count(Counters.LEARNED, "source", source.kind().label());
    }
    return isNew;
  }

  /** Dials what is due, and comes back when more is. */
  private void wake() {
    DialSchedule.Decision decision;
    synchronized (this) {
      if (!running) {
        return;
      }
      timer.close();
      decision = schedule.next(core.clock().nanoTime());
      if (decision.waitNanos() < Long.MAX_VALUE) {
        timer = core.clock().schedule(Duration.ofNanos(decision.waitNanos()), this::wake);
      }
    }
    decision.dial().forEach(this::dial);
  }

  /** Its outcome is the session, or why there is none. */
  private CompletableFuture<Session> dial(Address address) {
    Session known = holders.at(address);
    if (known != null) {
      hold(address, known);
      return CompletableFuture.completedFuture(known);
    }
    Duration deadline = core.config().traffic().mesh().dialDeadline();
    var outcome = new CompletableFuture<Session>();
    transports.dial(address, deadline).whenComplete((handle, failure) -> {
      if (failure != null) {
        failed(address, Failures.unwrap(failure), outcome);
      } else {
        core.counters().count(Counters.DIALS, "result", "ok");
        hold(address, (Session) handle);
        outcome.complete((Session) handle);
      }
    });
    return outcome;
  }

  /** While that session is open, the address is not dialled. */
  private void hold(Address address, Session session) {
    boolean byUs = session.terms.direction() == Direction.OUT;
    synchronized (this) {
      schedule.connected(address, byUs, Moment.of(core.clock()));
      held.put(address, session);
    }
    session.proven().thenAccept(id -> {
      synchronized (this) {
        peers.identified(address, id);
      }
    });
    session.closed().thenAccept(reason -> released(address, session, reason));
  }

  private void released(Address address, Session session, CloseReason reason) {
    synchronized (this) {
      held.remove(address, session);
    }
    Session other = reason.kind() == CloseReason.Kind.SHUTDOWN ? null : holders.after(session);
    if (other != null) {
      // Another session with that node has taken its place.
      hold(address, other);
      return;
    }
    synchronized (this) {
      if (reason.kind() == CloseReason.Kind.SELF) {
        peers.forget(address);
      }
      long now = core.clock().nanoTime();
      schedule.disconnected(address, isLoss(session, reason.kind()), now);
      if (MeshReview.isGivenUp(reason.kind())) {
        schedule.rest(address, MeshReview.REST, now);
      }
    }
    wake();
  }

  /**
   * Whether a node is gone that would be there if it could. Who dialled us and closes has given us up;
   * who was dialled closes when it ends.
   */
  private static boolean isLoss(Session session, CloseReason.Kind kind) {
    return switch (kind) {
      case IDLE, SLOW, IO_ERROR -> true;
      case REMOTE_CLOSED -> session.terms.direction() == Direction.OUT;
      default -> false;
    };
  }

  private void failed(Address address, Throwable failure, CompletableFuture<Session> outcome) {
    Session holder = holders.against(address, failure);
    if (holder != null) {
      reached(address);
      hold(address, holder);
      outcome.complete(holder);
      return;
    }
    core.counters().count(Counters.DIALS, "result", "failed");
    long wait;
    synchronized (this) {
      wait = schedule.failed(address, core.clock().nanoTime());
      if (failure instanceof TwineException refused && refused.code() == Code.SELF) {
        peers.forget(address);
      }
    }
    String reason = String.valueOf(failure.getMessage());
    core.event(new NodeEvent.DialFailed(
        core.clock().now(), address, reason, Duration.ofNanos(wait).toMillis()));
    outcome.completeExceptionally(failure);
    wake();
  }

  /** The node answered there, only to say that it has a session with us. */
  private synchronized void reached(Address address) {
    Contact contact = peers.find(address);
    if (contact != null) {
      contact.reached(core.clock().now().toEpochMilli());
    }
  }
}
