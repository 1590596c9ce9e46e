package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.dns.AddressLookup;
import dev.twine.libp2p.core.dns.LookupBudget;
import dev.twine.libp2p.core.dns.ResolvedAddress;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The addresses of one peer that a job has to do with, each once. Any thread. */
final class DialAddresses {
  static final String ADDRESSES = "dials.addresses";

  private final Dialler.Parts parts;
  private final DialRules rules;
  private final NodeId peer;
  private final DialFailures failures;
  private final AddressLookup lookup;

  /** As callers named them. */
  private final Set<Multiaddr> asked = new HashSet<>();

  /** As they are dialled. */
  private final Set<Multiaddr> resolved = new HashSet<>();

  /**
   * @param failures gets what cannot be dialled
   */
  DialAddresses(Dialler dialler, NodeId peer, DialFailures failures, EventExecutor timer) {
    this.parts = dialler.parts();
    this.rules = dialler.rules();
    this.peer = peer;
    this.failures = failures;
    this.lookup = new AddressLookup(
        peer,
        parts.resolver(),
        new LookupBudget(parts.limits().names(), parts.refusals()),
        timer,
        failures::add);
  }

  /**
   * Finds what is to be dialled for addresses that were not asked for before: at once those without
   * names, together, and the others as their names are found.
   *
   * @return completes when nothing more will be found; does not fail
   */
  CompletableFuture<Void> find(Collection<Multiaddr> addresses, Consumer<List<DialTarget>> found) {
    List<DialTarget> plain = new ArrayList<>();
    List<CompletableFuture<Void>> named = new ArrayList<>();
    for (Multiaddr address : unknown(addresses)) {
      Libp2pException refusal = rules.judge(peer, address);
      if (refusal != null) {
        failures.add(refusal);
      } else if (AddressLookup.hasName(address)) {
        named.add(lookup.resolve(address).thenAccept(all -> found.accept(targets(address, all))));
      } else {
        plain.addAll(targets(address, List.of(new ResolvedAddress(address, address))));
      }
    }
    found.accept(plain);
    return CompletableFuture.allOf(named.toArray(CompletableFuture<?>[]::new));
  }

  private synchronized List<Multiaddr> unknown(Collection<Multiaddr> addresses) {
    List<Multiaddr> fresh = new ArrayList<>();
    for (Multiaddr address : addresses) {
      Multiaddr plain = address.withoutPeer();
      if (asked.contains(plain)) {
        continue;
      }
      if (asked.size() == parts.limits().dials().counts().addresses()) {
        parts.refusals().count(ADDRESSES);
        break;
      }
      asked.add(plain);
      fresh.add(plain);
    }
    return fresh;
  }

  private List<DialTarget> targets(Multiaddr from, List<ResolvedAddress> all) {
    List<DialTarget> targets = new ArrayList<>();
    for (ResolvedAddress one : all) {
      if (isUnknown(one)) {
        Libp2pException refusal = rules.judge(peer, from, one);
        if (refusal != null) {
          failures.add(refusal);
        } else {
          int preference = parts.transportOf(one.address());
          targets.add(new DialTarget(
              one.address(), one.resolved(), parts.transports().get(preference), preference));
        }
      }
    }
    return targets;
  }

  private synchronized boolean isUnknown(ResolvedAddress one) {
    if (resolved.size() == parts.limits().dials().counts().addresses()
        && !resolved.contains(one.resolved())) {
      parts.refusals().count(ADDRESSES);
      return false;
    }
    return resolved.add(one.resolved());
  }
}
