package dev.twine.gossip;

import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that a node may dial: who is there, who told of them, how they have fared.
 *
 * <p>Static ones are never forgotten. All others are bounded, in all and by share: one source, one
 * network and one node have room for so many, and what they bring beyond it displaces what they
 * brought before, never what others did. So a peer that tells of thousands of addresses fills its own
 * share and no more. An address that was reached gives way only once it fails.
 *
 * <p>Not safe for use by several threads: belongs to the mesh.
 */
final class Peerstore {
  /** What became of an address. */
  enum Addition {
    NEW,
    KNOWN,
    /** Each named like the limit that was reached. */
    NODE_FULL("discovery.per-node"),
    SOURCE_FULL("discovery.per-source"),
    NETWORK_FULL("discovery.per-network"),
    FULL("discovery.addresses");

    private final String limit;

    Addition() {
      this("");
    }

    Addition(String limit) {
      this.limit = limit;
    }

    boolean isRefused() {
      return !limit.isEmpty();
    }

    String limit() {
      return limit;
    }
  }

  private static final Predicate<Contact> FAILING = contact -> contact.failures() > 0;
  private static final Predicate<Contact> UNREACHED = contact -> !contact.wasReached();

  /** The worst first: what fails most, then what was never reached, then what is oldest. */
  private static final Comparator<Contact> WORST = Comparator.comparingInt(Contact::failures)
      .reversed()
      .thenComparing(Contact::wasReached)
      .thenComparingLong(Contact::heardMillis);

  private final Limits.Discovery limits;
  private final Map<Address, Contact> contacts = new LinkedHashMap<>();
  private final Map<String, Set<Contact>> bySource = new HashMap<>();
  private final Map<String, Set<Contact>> byNetwork = new HashMap<>();
  private final Map<NodeId, Set<Contact>> byNode = new HashMap<>();
  private int learned;

  Peerstore(Limits.Discovery limits) {
    this.limits = limits;
  }

  /** Adds an address for ever; one that was learned becomes static and keeps its history. */
  void addStatic(Address address, Moment now) {
    Contact known = contacts.get(address);
    if (known == null) {
      put(new Contact(address, Source.STATIC, now));
    } else if (!known.isStatic()) {
      remove(known);
      put(known.from(Source.STATIC));
    }
  }

  /** Adds an address to try, if it has room; one that is known keeps its source. */
  Addition add(Address address, Source source, Moment now) {
    Contact known = contacts.get(address);
    if (known != null) {
      known.heard(now.millis());
      return Addition.KNOWN;
    }
    var contact = new Contact(address, source, now);
    Addition room = makeRoom(contact);
    if (room == Addition.NEW) {
      put(contact);
    }
    return room;
  }

  /** Forgets an address unless it is static. */
  void forget(Address address) {
    Contact contact = contacts.get(address);
    if (contact != null && !contact.isStatic()) {
      remove(contact);
    }
  }

  /** A session with that address has proven who is there. */
  void identified(Address address, NodeId node) {
    Contact contact = contacts.get(address);
    NodeId before = contact == null ? null : contact.node();
    if (contact != null && (before == null || !before.equals(node))) {
      dropFromNode(contact);
      contact.node(node);
      index(byNode, node, contact);
    }
  }

  /** Forgets what nobody has told of, or reached, for too long. */
  void expire(long nowMillis) {
    contacts.values().stream()
        .filter(contact -> contact.isIdle() && !contact.source().isOperator())
        .filter(contact -> isOld(contact, nowMillis))
        .toList()
        .forEach(this::remove);
  }

  /** In the order in which they came. */
  Collection<Contact> contacts() {
    return Collections.unmodifiableCollection(contacts.values());
  }

  /** The addresses of one node. */
  Collection<Contact> contacts(NodeId node) {
    return Collections.unmodifiableCollection(byNode.getOrDefault(node, Set.of()));
  }

  @Nullable
  Contact find(Address address) {
    return contacts.get(address);
  }

  /** Addresses that are not static. */
  int learned() {
    return learned;
  }

  private boolean isOld(Contact contact, long nowMillis) {
    return nowMillis - contact.heardMillis() > TimeUnit.HOURS.toMillis(limits.unreachedHours())
        && nowMillis - contact.reachedMillis() > TimeUnit.HOURS.toMillis(limits.reachedHours());
  }

  private Addition makeRoom(Contact newcomer) {
    Source source = newcomer.source();
    Predicate<Contact> same = one -> one.source().group().equals(source.group());
    NodeId node = newcomer.node();
    if (node != null && !fits(byNode.get(node), limits.perNode(), FAILING.or(UNREACHED))) {
      return Addition.NODE_FULL;
    }
    if (!source.isOperator()) {
      if (!fits(bySource.get(source.group()), limits.perSource(), FAILING.or(UNREACHED))) {
        return Addition.SOURCE_FULL;
      }
      Set<Contact> network = byNetwork.get(newcomer.network());
      if (!fits(network, limits.perNetwork(), FAILING.or(UNREACHED.and(same)))) {
        return Addition.NETWORK_FULL;
      }
    }
    return learned < limits.addresses() || giveUp(contacts.values(), FAILING) || giveUpOf(source)
        ? Addition.NEW
        : Addition.FULL;
  }

  /** Whether one more fits, after one of those that may go has gone if need be. */
  private boolean fits(@Nullable Set<Contact> share, int limit, Predicate<Contact> mayGo) {
    return share == null || share.size() < limit || giveUp(share, mayGo);
  }

  private boolean giveUp(Collection<Contact> share, Predicate<Contact> mayGo) {
    Optional<Contact> worst = share.stream()
        .filter(contact -> contact.isIdle() && !contact.source().isOperator())
        .filter(mayGo)
        .min(WORST);
    worst.ifPresent(this::remove);
    return worst.isPresent();
  }

  /** Takes a place from the source that has most, if that is another one with more than this. */
  private boolean giveUpOf(Source newcomer) {
    Set<Contact> largest =
        bySource.values().stream().max(Comparator.comparingInt(Set::size)).orElse(Set.of());
    int own = bySource.getOrDefault(newcomer.group(), Set.of()).size();
    return largest.size() > own && giveUp(largest, UNREACHED);
  }

  private void put(Contact contact) {
    contacts.put(contact.address(), contact);
    NodeId node = contact.node();
    if (node != null) {
      index(byNode, node, contact);
    }
    if (!contact.isStatic()) {
      learned++;
    }
    if (!contact.source().isOperator()) {
      index(bySource, contact.source().group(), contact);
      index(byNetwork, contact.network(), contact);
    }
  }

  private void remove(Contact contact) {
    contacts.remove(contact.address());
    dropFromNode(contact);
    drop(bySource, contact.source().group(), contact);
    drop(byNetwork, contact.network(), contact);
    if (!contact.isStatic()) {
      learned--;
    }
  }

  private void dropFromNode(Contact contact) {
    NodeId node = contact.node();
    if (node != null) {
      drop(byNode, node, contact);
    }
  }

  private static <K> void index(Map<K, Set<Contact>> index, K key, Contact contact) {
    index.computeIfAbsent(key, absent -> new LinkedHashSet<>()).add(contact);
  }

  private static <K> void drop(Map<K, Set<Contact>> index, K key, Contact contact) {
    Set<Contact> share = index.get(key);
    if (share != null && share.remove(contact) && share.isEmpty()) {
      index.remove(key);
    }
  }
}
