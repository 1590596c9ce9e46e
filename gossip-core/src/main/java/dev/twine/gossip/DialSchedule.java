package dev.twine.gossip;

import dev.twine.gossip.Phonebook.Contact;
import dev.twine.gossip.Phonebook.State;
import dev.twine.network.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Decides which addresses of a {@link Phonebook} are dialled when.
 *
 * <p>Static addresses are dialled whenever they are not connected, for ever. Learned ones are dialled,
 * those that failed least first and else at random, while fewer than the fanout are connected or
 * pending; one that fails too often is forgotten. No address is dialled while it is pending or
 * connected, nor before its back-off is over.
 *
 * <p>Does no I/O and reads no clock. Not safe for use by several threads: belongs to the mesh, which
 * asks for the next decision at its wake-up time and after each report.
 */
final class DialSchedule {
  /** A learned address that failed so often in a row, some minutes long, is forgotten. */
  static final int MAX_LEARNED_FAILURES = 10;

  /** A peer's word is good for no longer: it must not be able to end a static link. */
  static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(10);

  /** A session shorter than this counts as a failure, or an unwilling peer is dialled each second. */
  static final Duration STABLE = Duration.ofSeconds(10);

  /** Dials under way at once, so that a long phonebook does not open all its sockets together. */
  static final int MAX_PENDING = 16;

  private final Phonebook phonebook;
  private final int fanout;
  private final Backoff backoff;
  private final Random random;

  DialSchedule(Phonebook phonebook, int fanout, Backoff backoff, Random random) {
    this.phonebook = phonebook;
    this.fanout = fanout;
    this.backoff = backoff;
    this.random = random;
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
    int active = 0;
    int pending = 0;
    var idle = new ArrayList<Contact>();
    for (Contact contact : phonebook.contacts()) {
      active += contact.state() == State.IDLE ? 0 : 1;
      pending += contact.state() == State.PENDING ? 1 : 0;
      if (contact.state() == State.IDLE) {
        idle.add(contact);
      }
    }
    Collections.shuffle(idle, random);
    idle.sort(Comparator.comparing((Contact contact) -> !contact.isStatic())
        .thenComparingInt(Contact::failures));
    return choose(idle, fanout - active, MAX_PENDING - pending, nowNanos);
  }

  /** The dial of an address failed, or its handshake did. Returns nanoseconds until the next. */
  long failed(Address address, long nowNanos) {
    return failed(address, Duration.ZERO, nowNanos);
  }

  /** As {@link #failed(Address, long)}, after the peer asked to be left alone for a while. */
  long failed(Address address, Duration retryAfter, long nowNanos) {
    Contact contact = phonebook.find(address);
    if (contact == null) {
      return 0;
    }
    int failures = contact.failures() + 1;
    long asked = Math.min(MAX_RETRY_AFTER.toNanos(), nanos(retryAfter));
    long wait = Math.max(asked, backoff.nanosAfter(failures));
    contact.idle(failures, nowNanos + wait);
    if (failures >= MAX_LEARNED_FAILURES) {
      phonebook.forget(address);
    }
    return wait;
  }

  /** A session with that address is open, whoever dialled. */
  void connected(Address address, long nowNanos) {
    Contact contact = phonebook.find(address);
    if (contact != null && contact.state() != State.CONNECTED) {
      contact.connected(nowNanos);
    }
  }

  /** The session with that address is gone. Returns nanoseconds until the next dial. */
  long disconnected(Address address, long nowNanos) {
    Contact contact = phonebook.find(address);
    if (contact == null || contact.state() != State.CONNECTED) {
      return 0;
    }
    if (-contact.waitNanos(nowNanos) < STABLE.toNanos()) {
      return failed(address, nowNanos);
    }
    long wait = backoff.nanosAfter(1);
    contact.idle(0, nowNanos + wait);
    return wait;
  }

  private static Decision choose(List<Contact> idle, int wantedLearned, int free, long nowNanos) {
    var dial = new ArrayList<Address>();
    int wanted = wantedLearned;
    long wake = Long.MAX_VALUE;
    for (Contact contact : idle) {
      if (!contact.isStatic() && wanted <= 0) {
        continue;
      }
      long wait = contact.waitNanos(nowNanos);
      if (wait > 0) {
        wake = Math.min(wake, wait);
      } else if (dial.size() < free) {
        contact.pending();
        dial.add(contact.address());
        wanted--;
      }
    }
    return new Decision(List.copyOf(dial), wake);
  }

  private static long nanos(Duration duration) {
    boolean fits = duration.compareTo(MAX_RETRY_AFTER) < 0;
    return fits ? Math.max(0, duration.toNanos()) : MAX_RETRY_AFTER.toNanos();
  }
}
