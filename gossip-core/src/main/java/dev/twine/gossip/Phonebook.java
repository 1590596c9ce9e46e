package dev.twine.gossip;

import dev.twine.network.Address;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that a node may dial, where each comes from and how it has fared.
 *
 * <p>Static ones are never forgotten. Learned ones are bounded: when there is no room, one that keeps
 * failing makes place for a new one. Not safe for use by several threads: belongs to the mesh.
 */
final class Phonebook {
  /** Where an address comes from. */
  enum Provenance {
    /** Its operator's configuration. */
    STATIC,
    /** A phonebook, a peer, a name service: worth a try. */
    LEARNED
  }

  /** What is going on with an address. */
  enum State {
    IDLE,
    PENDING,
    CONNECTED
  }

  /** An address and its history. Written by {@link DialSchedule}. */
  static final class Contact {
    private final Address address;
    private final Provenance provenance;
    private State state = State.IDLE;
    private int failures;
    /** No dial before; while connected, when the session began. */
    private long sinceNanos;

    private Contact(Address address, Provenance provenance, long nowNanos) {
      this.address = address;
      this.provenance = provenance;
      this.sinceNanos = nowNanos;
    }

    Address address() {
      return address;
    }

    boolean isStatic() {
      return provenance == Provenance.STATIC;
    }

    State state() {
      return state;
    }

    /** In a row. */
    int failures() {
      return failures;
    }

    /** Nanoseconds until it may be dialled; 0 or less if it may. */
    long waitNanos(long nowNanos) {
      return sinceNanos - nowNanos;
    }

    void pending() {
      state = State.PENDING;
    }

    void connected(long nowNanos) {
      state = State.CONNECTED;
      sinceNanos = nowNanos;
    }

    void idle(int failures, long notBeforeNanos) {
      this.state = State.IDLE;
      this.failures = failures;
      this.sinceNanos = notBeforeNanos;
    }
  }

  private final Map<Address, Contact> contacts = new LinkedHashMap<>();
  private final int maxLearned;
  private int learned;

  Phonebook(int maxLearned) {
    this.maxLearned = maxLearned;
  }

  /** Adds an address for ever; one that was learned becomes static and keeps its history. */
  void addStatic(Address address, long nowNanos) {
    Contact known = contacts.get(address);
    if (known != null && known.isStatic()) {
      return;
    }
    var contact = new Contact(address, Provenance.STATIC, nowNanos);
    if (known != null) {
      learned--;
      contact.state = known.state;
      contact.failures = known.failures;
      contact.sinceNanos = known.sinceNanos;
    }
    contacts.put(address, contact);
  }

  /** Adds an address to try. False if it is known, or there is no room and none to give up. */
  boolean addLearned(Address address, long nowNanos) {
    if (contacts.containsKey(address)) {
      return false;
    }
    if (learned >= maxLearned && !forgetWorst()) {
      return false;
    }
    contacts.put(address, new Contact(address, Provenance.LEARNED, nowNanos));
    learned++;
    return true;
  }

  /** Forgets an address unless it is static. */
  void forget(Address address) {
    Contact contact = contacts.get(address);
    if (contact != null && !contact.isStatic()) {
      contacts.remove(address);
      learned--;
    }
  }

  /** In the order in which they came. */
  Collection<Contact> contacts() {
    return Collections.unmodifiableCollection(contacts.values());
  }

  @Nullable
  Contact find(Address address) {
    return contacts.get(address);
  }

  private boolean forgetWorst() {
    Optional<Contact> worst = contacts.values().stream()
        .filter(contact -> !contact.isStatic() && contact.state == State.IDLE)
        .filter(contact -> contact.failures > 0)
        .max(Comparator.comparingInt(Contact::failures));
    worst.ifPresent(contact -> forget(contact.address));
    return worst.isPresent();
  }
}
