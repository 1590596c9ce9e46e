package dev.twine.gossip;

import dev.twine.gossip.Contact.State;
import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.TransportKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Decides which addresses of a {@link Peerstore} are dialled when.
 *
 * <p>Static addresses are dialled whenever they are not connected, for ever. Learned ones are dialled
 * while fewer than the fanout are connected or pending by our own dialling: those that failed least
 * first, then those that were reached before, and else at random, sources and networks in turn; one
 * that fails too often is forgotten, soon if it was never reached. What no transport can dial waits,
 * unless the operator named it, who is then told. No address is dialled while it, or another one of its node, is
 * pending or connected, nor before its back-off is over.
 *
 * <p>A node is lost if an address of it has led there, or the operator named it, and its session ended
 * against the will of both ends or its dials have failed since.
 *
 * <p>Does no I/O and reads no clock. Not safe for use by several threads: belongs to the mesh, which
 * asks for the next decision at its wake-up time and after each report.
 */
final class DialSchedule {
  /** A learned address that never led anywhere and failed so often in a row is forgotten: minutes. */
  static final int MAX_UNREACHED_FAILURES = 10;

  /**
   * The same for one that did, or that the operator named: a day, at the longest default pause. If all
   * fail at once, it is the way to them that is gone, and it may come back after hours.
   */
  static final int MAX_FAILURES = 1_440;

  /** A peer's word is good for no longer: it must not be able to end a static link. */
  static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(10);

  /** A session shorter than this counts as a failure, or an unwilling peer is dialled each second. */
  static final Duration STABLE = Duration.ofSeconds(10);

  /** Dials under way at once, so that a long phonebook does not open all its sockets together. */
  static final int MAX_PENDING = 16;

  /** More than a node can dial in the minute for which a host is remembered. */
  private static final int MAX_PACED = 10_000;

  private final Peerstore peers;
  private final int fanout;
  private final Backoff backoff;
  private final Random random;
  private final DialPace pace;
  private final List<TransportKind> kinds;

  /** Static ones, then those of the preferred transport, of these what fails least or was reached. */
  private final Comparator<Contact> merit;

  /**
   * Creates a schedule of nothing yet.
   *
   * @param kinds the transports that there are, the preferred one first
   */
  DialSchedule(
      Peerstore peers, int fanout, List<TransportKind> kinds, Backoff backoff, Random random) {
    this.peers = peers;
    this.fanout = fanout;
    this.backoff = backoff;
    this.random = random;
    this.kinds = List.copyOf(kinds);
    merit = Comparator.comparing((Contact contact) -> !contact.isStatic())
        .thenComparingInt(contact -> kinds.indexOf(contact.address().transport()))
        .thenComparingInt(Contact::failures)
        .thenComparing(contact -> !contact.wasReached());
    this.pace = new DialPace(MAX_PACED);
  }

  /**
   * What to do now.
   *
   * @param dial addresses that count as pending from now on, until their outcome is reported
   * @param waitNanos when to ask again if nothing is reported; {@link Long#MAX_VALUE} if never
   */
  record Decision(List<Address> dial, long waitNanos) {}

  /** Chooses what to dial. */
  Decision next(long nowNanos) {
    int pending = 0;
    var idle = new ArrayList<Contact>();
    for (Contact contact : peers.contacts()) {
      pending += contact.state() == State.PENDING ? 1 : 0;
      if (isOffered(contact)) {
        idle.add(contact);
      }
    }
    return choose(inTurn(idle), busy(), MAX_PENDING - pending, nowNanos);
  }

  /** Whether there are fewer sessions of our own dialling than wanted. */
  boolean isLacking() {
    return places() > 0;
  }

  /** The dial of an address failed, or its handshake did. Returns nanoseconds until the next. */
  long failed(Address address, long nowNanos) {
    return failed(address, Duration.ZERO, nowNanos);
  }

  /** As {@link #failed(Address, long)}, after the peer asked to be left alone for a while. */
  long failed(Address address, Duration retryAfter, long nowNanos) {
    Contact contact = peers.find(address);
    if (contact == null) {
      return 0;
    }
    int failures = contact.failures() + 1;
    long asked = Math.min(MAX_RETRY_AFTER.toNanos(), nanos(retryAfter));
    long wait = Math.max(asked, backoff.nanosAfter(failures));
    contact.idle(failures, nowNanos + wait);
    if (failures >= (isTrusted(contact) ? MAX_FAILURES : MAX_UNREACHED_FAILURES)) {
      peers.forget(address);
    }
    return wait;
  }

  /** A session with that address is open. */
  void connected(Address address, boolean byUs, Moment now) {
    Contact contact = peers.find(address);
    if (contact != null && contact.state() != State.CONNECTED) {
      contact.connected(byUs, now);
    }
  }

  /** Whether a node that has no session could be dialled in the place of another one. */
  boolean hasSpare(long nowNanos) {
    Set<NodeId> busy = busy();
    return peers.contacts().stream()
        .filter(contact -> isOffered(contact) && waitNanos(contact, nowNanos) <= 0)
        .map(Contact::node)
        .anyMatch(node -> node == null || !busy.contains(node));
  }

  /**
   * The session with that address was given up: its node is left alone for a while, by all of its
   * addresses but static ones.
   */
  void rest(Address address, Duration pause, long nowNanos) {
    long until = nowNanos + pause.toNanos();
    ofItsNode(address).filter(contact -> !contact.isStatic()).forEach(one -> one.rest(until));
  }

  /**
   * The session with that address is gone. Returns nanoseconds until the next dial of its node.
   *
   * @param lost whether neither end meant it to end, so that the node is looked for
   */
  long disconnected(Address address, boolean lost, long nowNanos) {
    Contact contact = peers.find(address);
    if (contact == null || contact.state() != State.CONNECTED) {
      return 0;
    }
    List<Contact> others = ofItsNode(address).filter(one -> one != contact).toList();
    long wait;
    if (-contact.waitNanos(nowNanos) < STABLE.toNanos()) {
      wait = failed(address, nowNanos);
    } else {
      wait = backoff.nanosAfter(1);
      contact.idle(lost ? 1 : 0, nowNanos + wait);
    }
    others.forEach(one -> one.rest(nowNanos + wait));
    return wait;
  }

  /**
   * The address of a lost node whose turn it is; it counts as pending from then on. Each has its turn
   * before another has two, as have the networks that they are in, so that who is lost by many
   * addresses does not crowd out others; those that are equal are chosen from at random.
   */
  Optional<Address> nextLost(Random choice, long nowNanos) {
    List<Contact> lost = new ArrayList<>(lostOnes());
    Collections.shuffle(lost, choice);
    Map<String, Long> tried = new HashMap<>();
    lost.forEach(one -> tried.merge(one.network(), one.waitNanos(nowNanos), Math::max));
    Optional<Contact> next = lost.stream()
        .filter(one -> waitNanos(one, nowNanos) <= 0)
        .min(Comparator.<Contact>comparingLong(one -> tried.getOrDefault(one.network(), 0L))
            .thenComparingLong(one -> one.waitNanos(nowNanos)));
    next.ifPresent(one -> begin(one, nowNanos));
    return next.map(Contact::address);
  }

  /** Addresses of lost nodes. */
  int lost() {
    return lostOnes().size();
  }

  /** How many sessions of our own dialling there are beyond those that are wanted. */
  int surplus() {
    return Math.max(0, -places());
  }

  private List<Contact> lostOnes() {
    Set<NodeId> busy = busy();
    return peers.contacts().stream()
        .filter(one -> isOffered(one) && !one.isStatic() && one.failures() > 0 && isTrusted(one))
        .filter(one -> one.node() == null || !busy.contains(one.node()))
        .filter(one -> ofItsNode(one.address())
            .noneMatch(other -> other.wasReached() && other.failures() == 0))
        .toList();
  }

  /** Whether there is, or should be, a node: nobody else's word is enough to go on dialling. */
  private static boolean isTrusted(Contact contact) {
    return contact.wasReached() || contact.source().isOperator();
  }

  private void begin(Contact contact, long nowNanos) {
    contact.pending();
    pace.dialled(contact.address().host(), nowNanos);
  }

  private boolean isOffered(Contact contact) {
    return contact.isIdle()
        && (kinds.contains(contact.address().transport()) || contact.source().isOperator());
  }

  private Stream<Contact> ofItsNode(Address address) {
    Contact contact = peers.find(address);
    NodeId node = contact == null ? null : contact.node();
    return node == null ? Stream.ofNullable(contact) : peers.contacts(node).stream();
  }

  private Decision choose(List<Contact> idle, Set<NodeId> busy, int free, long nowNanos) {
    var dial = new ArrayList<Address>();
    int wanted = places();
    long wake = Long.MAX_VALUE;
    for (Contact contact : idle) {
      boolean isBusy = contact.node() != null && busy.contains(contact.node());
      if (isBusy || (!contact.isStatic() && wanted <= 0)) {
        continue;
      }
      long wait = waitNanos(contact, nowNanos);
      if (wait > 0) {
        wake = Math.min(wake, wait);
      } else if (dial.size() < free) {
        begin(contact, nowNanos);
        dial.add(contact.address());
        wanted--;
        if (contact.node() != null) {
          busy.add(contact.node());
        }
      }
    }
    return new Decision(List.copyOf(dial), wake);
  }

  /** Nodes that need no dial. */
  private Set<NodeId> busy() {
    var busy = new HashSet<NodeId>();
    for (Contact contact : peers.contacts()) {
      NodeId node = contact.node();
      if (!contact.isIdle() && node != null) {
        busy.add(node);
      }
    }
    return busy;
  }

  private long waitNanos(Contact contact, long nowNanos) {
    long own = contact.waitNanos(nowNanos);
    return contact.isPaced()
        ? Math.max(own, pace.waitNanos(contact.address().host(), nowNanos))
        : own;
  }

  /** Of the fanout, what nobody takes: a node counts once, by whatever address. */
  private int places() {
    var nodes = new HashSet<Object>();
    for (Contact contact : peers.contacts()) {
      if (contact.takesPlace()) {
        nodes.add(contact.node() == null ? contact.address() : contact.node());
      }
    }
    return fanout - nodes.size();
  }

  /**
   * In the order in which they are worth a dial. Among equals, sources and networks take turns: who
   * brings many addresses, or has many in one network, is not chosen more often than others.
   */
  private List<Contact> inTurn(List<Contact> idle) {
    Collections.shuffle(idle, random);
    idle.sort(merit);
    takeTurns(idle, contact -> contact.source().group(), new HashMap<>());
    Map<String, Integer> networks = new HashMap<>();
    peers.contacts().stream()
        .filter(Contact::takesPlace)
        .forEach(contact -> networks.merge(contact.network(), 1, Integer::sum));
    takeTurns(idle, Contact::network, networks);
    return idle;
  }

  private void takeTurns(
      List<Contact> contacts, Function<Contact, String> group, Map<String, Integer> taken) {
    Map<Contact, Integer> turns = new HashMap<>();
    for (Contact contact : contacts) {
      turns.put(contact, taken.merge(group.apply(contact), 1, Integer::sum));
    }
    contacts.sort(merit.thenComparing(turns::get));
  }

  private static long nanos(Duration duration) {
    boolean fits = duration.compareTo(MAX_RETRY_AFTER) < 0;
    return fits ? Math.max(0, duration.toNanos()) : MAX_RETRY_AFTER.toNanos();
  }
}
