package dev.twine.gossip;

import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An address of a {@link Peerstore} and its history. Written by it and by {@link DialSchedule}. */
final class Contact {
  /** What is going on with an address. */
  enum State {
    IDLE,
    PENDING,
    CONNECTED
  }

  private final Address address;
  private final Source source;
  private final String network;
  private final boolean paced;
  private @Nullable NodeId node;
  private State state = State.IDLE;
  private boolean dialled;
  private int failures;
  /** No dial before; while connected, when the session began. */
  private long sinceNanos;

  private long reachedMillis;
  private long heardMillis;

  Contact(Address address, Source source, Moment now) {
    this.address = address;
    this.source = source;
    this.network = NetworkGroup.of(address);
    this.paced = !source.isOperator()
        && !AddressScope.of(address).equals(Optional.of(AddressScope.LOOPBACK));
    this.node = address.nodeId().orElse(null);
    this.sinceNanos = now.nanos();
    this.heardMillis = now.millis();
  }

  /** The same address with the same history, told by somebody else. */
  Contact from(Source other) {
    var contact = new Contact(address, other, new Moment(sinceNanos, heardMillis));
    contact.node = node;
    contact.state = state;
    contact.dialled = dialled;
    contact.failures = failures;
    contact.reachedMillis = reachedMillis;
    return contact;
  }

  Address address() {
    return address;
  }

  Source source() {
    return source;
  }

  /** See {@link NetworkGroup}. */
  String network() {
    return network;
  }

  /** Whether it is that address, but for the node that either names. */
  boolean isAt(Address other) {
    return address.transport() == other.transport()
        && address.secure() == other.secure()
        && address.hostAndPort().equals(other.hostAndPort());
  }

  /** Whether {@link DialPace} holds for it: it is somebody's word, and may be of a third party. */
  boolean isPaced() {
    return paced;
  }

  boolean isStatic() {
    return source.kind() == Source.Kind.STATIC;
  }

  /** Who is there, as the address says or a session has proven; null if nobody knows. */
  @Nullable
  NodeId node() {
    return node;
  }

  void node(NodeId proven) {
    node = proven;
  }

  State state() {
    return state;
  }

  boolean isIdle() {
    return state == State.IDLE;
  }

  /**
   * Whether it takes one of the places that the mesh fills. A session that the other end opened does
   * not, or peers that dial us could keep us from choosing any.
   */
  boolean takesPlace() {
    return state != State.IDLE && (dialled || isStatic());
  }

  /** In a row. */
  int failures() {
    return failures;
  }

  boolean wasReached() {
    return reachedMillis > 0;
  }

  /** When a dial last led there, since 1970; 0 if never. */
  long reachedMillis() {
    return reachedMillis;
  }

  /** When somebody last told of it, since 1970. */
  long heardMillis() {
    return heardMillis;
  }

  void heard(long millis) {
    heardMillis = Math.max(heardMillis, millis);
  }

  /** What an earlier run of this node knew. */
  void history(int failures, long reachedMillis, long heardMillis) {
    this.failures = failures;
    this.reachedMillis = reachedMillis;
    this.heardMillis = heardMillis;
  }

  /** Nanoseconds until it may be dialled; 0 or less if it may. */
  long waitNanos(long nowNanos) {
    return sinceNanos - nowNanos;
  }

  void pending() {
    state = State.PENDING;
    dialled = true;
  }

  void connected(boolean byUs, Moment now) {
    state = State.CONNECTED;
    dialled = byUs;
    sinceNanos = now.nanos();
    if (byUs) {
      reached(now.millis());
    }
  }

  /** A dial has led to a node of this network, and to this one if the address names it. */
  void reached(long millis) {
    reachedMillis = Math.max(reachedMillis, millis);
  }

  /** Not to be dialled before, unless it is dialled or connected now. */
  void rest(long untilNanos) {
    if (isIdle() && untilNanos - sinceNanos > 0) {
      sinceNanos = untilNanos;
    }
  }

  void idle(int failures, long notBeforeNanos) {
    this.state = State.IDLE;
    this.dialled = false;
    this.failures = failures;
    this.sinceNanos = notBeforeNanos;
  }
}
