package dev.twine.gossip;

import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.NodeEvent;
import dev.twine.network.PeerInfo.Direction;
import dev.twine.network.PeerRef;
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
  private final PeerTable table;
  private final List<Transport> transports;
  private final Peerstore peers;
  private final DialSchedule schedule;
  private final Map<Address, Session> held = new HashMap<>();
  private boolean running;
  private Registration timer = () -> {};

  Mesh(Core core, PeerTable table, List<Transport> transports) {
    this.core = core;
    this.table = table;
    this.transports = transports;
    MeshConfig config = core.config().traffic().mesh();
    var random = new Random(config.seed());
    var backoff = new Backoff(config.backoffMin(), config.backoffMax(), random);
    peers = new Peerstore(core.limits().discovery());
    TransportKind preferred = config.p2pFirst() ? TransportKind.P2P : TransportKind.WS;
    List<TransportKind> kinds = transports.stream()
        .map(Transport::kind)
        .sorted(Comparator.comparing(kind -> kind != preferred))
        .toList();
    schedule = new DialSchedule(peers, config.fanout(), kinds, backoff, random);
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

  /** The transport for an address. */
  Optional<Transport> transport(Address address) {
    return transports.stream().filter(one -> one.canDial(address)).findFirst();
  }

  /** Dials; a transport that fails to start it has failed like one that fails later. */
  static CompletableFuture<SessionHandle> dial(
      Transport transport, Address address, Duration deadline) {
    try {
      return transport.dial(address, deadline);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
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

  private void dial(Address address) {
    Session known = address.nodeId().map(PeerRef::of).map(table::find).orElse(null);
    if (known != null) {
      hold(address, known);
      return;
    }
    Transport transport = transport(address).orElse(null);
    if (transport == null) {
      failed(address, unsupported(address));
      return;
    }
    Duration deadline = core.config().traffic().mesh().dialDeadline();
    dial(transport, address, deadline).whenComplete((handle, failure) -> {
      if (failure != null) {
        failed(address, Failures.unwrap(failure));
      } else {
        core.counters().count(Counters.DIALS, "result", "ok");
        hold(address, (Session) handle);
      }
    });
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
    Session other = reason.kind() == CloseReason.Kind.SHUTDOWN ? null : successor(session);
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
      schedule.disconnected(address, now);
      if (MeshReview.isGivenUp(reason.kind())) {
        schedule.rest(address, MeshReview.REST, now);
      }
    }
    wake();
  }

  private @Nullable Session successor(Session session) {
    NodeId proven = session.nodeId();
    NodeId id = proven == null ? session.terms.claimedId() : proven;
    Session other = id == null ? null : table.find(PeerRef.of(id));
    return other == session ? null : other;
  }

  private void failed(Address address, @Nullable Throwable failure) {
    Session holder = failure instanceof TwineException refused ? holder(address, refused) : null;
    if (holder != null) {
      reached(address);
      hold(address, holder);
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
    String reason = failure == null ? "unknown" : String.valueOf(failure.getMessage());
    core.event(new NodeEvent.DialFailed(
        core.clock().now(), address, reason, Duration.ofNanos(wait).toMillis()));
    wake();
  }

  /** The node answered there, only to say that it has a session with us. */
  private synchronized void reached(Address address) {
    Contact contact = peers.find(address);
    if (contact != null) {
      contact.reached(core.clock().now().toEpochMilli());
    }
  }

  /** The session that made a dial fail as a duplicate. */
  private @Nullable Session holder(Address address, TwineException refused) {
    if (refused.code() != Code.DUPLICATE_ID) {
      return null;
    }
    NodeId id = address.nodeId().orElseGet(() -> named(refused));
    return id == null ? null : table.find(PeerRef.of(id));
  }

  /** The node that the engine named when it refused a session, whatever the transport said of it. */
  private static @Nullable NodeId named(TwineException refused) {
    if (refused.getCause() instanceof TwineException cause) {
      return named(cause);
    }
    try {
      return NodeId.parse(refused.value());
    } catch (IllegalArgumentException noNodeId) {
      return null;
    }
  }

  static TwineException unsupported(Address address) {
    return new TwineException(
        Code.BAD_VALUE,
        "no transport of this node can dial this address",
        address.toString(),
        "give an address of another form, or run the node in a mode that has its transport");
  }
}
