package dev.twine.libp2p.core.dns;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.NameLimits;
import dev.twine.libp2p.core.NameResolver;
import io.netty.util.concurrent.EventExecutor;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the names in the addresses of one peer. Any thread; what fails is told and the rest goes
 * on.
 *
 * @see <a href="https://github.com/multiformats/multiaddr/blob/master/protocols/DNSADDR.md">dnsaddr
 *     </a>
 */
public final class AddressLookup {
  static final String RECORD = "dnsaddr=";
  static final String SUBDOMAIN = "_dnsaddr.";

  private final NodeId peer;
  private final NameResolver names;
  private final NameLimits limits;
  private final LookupBudget budget;
  private final EventExecutor timer;
  private final Consumer<Libp2pException> failed;

  /**
   * @param budget of all addresses of the peer together
   * @param failed is told of each address that cannot be dialled, and why
   */
  public AddressLookup(
      NodeId peer,
      NameResolver names,
      LookupBudget budget,
      EventExecutor timer,
      Consumer<Libp2pException> failed) {
    this.peer = peer;
    this.names = names;
    this.budget = budget;
    this.limits = budget.limits();
    this.timer = timer;
    this.failed = failed;
  }

  /** Whether there is something to look up. */
  public static boolean hasName(Multiaddr address) {
    return switch (first(address).protocol()) {
      case "dns", "dns4", "dns6", "dnsaddr" -> true;
      default -> false;
    };
  }

  /** All that the address stands for, found within the deadline. Does not fail. */
  public CompletableFuture<List<ResolvedAddress>> resolve(Multiaddr address) {
    CompletableFuture<Void> deadline = new CompletableFuture<>();
    var timeout = timer.schedule(
        () -> deadline.complete(null), limits.deadline().toNanos(), TimeUnit.NANOSECONDS);
    return follow(address, 0, deadline).whenComplete((found, never) -> timeout.cancel(false));
  }

  private CompletableFuture<List<ResolvedAddress>> follow(
      Multiaddr address, int depth, CompletableFuture<Void> deadline) {
    Multiaddr.Component first = first(address);
    if (!hasName(address)) {
      return CompletableFuture.completedFuture(List.of(new ResolvedAddress(address, address)));
    }
    boolean leadsOn = first.protocol().equals("dnsaddr");
    boolean tooDeep = leadsOn && depth == limits.depth() && budget.refuse(LookupBudget.DEPTH);
    if (tooDeep || !budget.query()) {
      failed.accept(tooMuch(address));
      return CompletableFuture.completedFuture(List.of());
    }
    return leadsOn
        ? within(deadline, () -> names.texts(SUBDOMAIN + first.value()))
            .handle((texts, failure) -> records(address, texts, failure))
            .thenCompose(found -> all(found, depth + 1, deadline))
        : within(deadline, () -> names.resolve(first.value()))
            .handle((ips, failure) -> hosts(address, ips, failure));
  }

  private CompletableFuture<List<ResolvedAddress>> all(
      List<Multiaddr> addresses, int depth, CompletableFuture<Void> deadline) {
    List<CompletableFuture<List<ResolvedAddress>>> parts =
        addresses.stream().map(one -> follow(one, depth, deadline)).toList();
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> parts.stream().flatMap(part -> part.join().stream()).toList());
  }

  private List<ResolvedAddress> hosts(
      Multiaddr address, @Nullable List<InetAddress> ips, @Nullable Throwable failure) {
    List<ResolvedAddress> found = new ArrayList<>();
    for (InetAddress ip : ips == null ? List.<InetAddress>of() : ips) {
      if (!fits(first(address).protocol(), ip)) {
        continue;
      }
      if (found.size() == limits.addresses()) {
        budget.refuse(LookupBudget.ADDRESSES);
        break;
      }
      found.add(new ResolvedAddress(address, address.withIp(ip)));
    }
    if (found.isEmpty()) {
      failed.accept(notFound("the name has no IP of its kind", address, failure));
    }
    return found;
  }

  private List<Multiaddr> records(
      Multiaddr address, @Nullable List<String> texts, @Nullable Throwable failure) {
    List<Multiaddr> found = new ArrayList<>();
    for (String text : texts == null ? List.<String>of() : texts) {
      if (text.startsWith(RECORD) && budget.record(text.length())) {
        Multiaddr one = wanted(text.substring(RECORD.length()), address);
        if (one != null) {
          found.add(one);
        }
      }
    }
    if (found.isEmpty()) {
      String what = "no address of the peer under the name";
      failed.accept(notFound(what, address.withPeer(peer), failure));
    }
    return found;
  }

  /** The address of a record, if it is one of the peer and ends as the one that was asked for. */
  private @Nullable Multiaddr wanted(String text, Multiaddr asked) {
    Multiaddr found;
    try {
      found = Multiaddr.parse(text);
    } catch (Libp2pException unreadable) {
      budget.refuse(LookupBudget.UNREADABLE);
      return null;
    }
    List<Multiaddr.Component> end =
        asked.components().subList(1, asked.components().size());
    List<Multiaddr.Component> all = found.withoutPeer().components();
    boolean fits = found.peerId().filter(peer::equals).isPresent()
        && all.size() > end.size()
        && all.subList(all.size() - end.size(), all.size()).equals(end);
    return fits ? found.withoutPeer() : null;
  }

  /** What a resolver answers, or a failure when the time is over or it breaks its contract. */
  private static <T> CompletableFuture<T> within(
      CompletableFuture<Void> deadline,
      java.util.function.Supplier<CompletableFuture<T>> question) {
    try {
      // A copy: the deadline must not complete a future that the resolver shares.
      CompletableFuture<T> answer = question.get().copy();
      deadline.thenRun(
          () -> answer.completeExceptionally(new TimeoutException("no answer in time")));
      return answer;
    } catch (RuntimeException broken) {
      return CompletableFuture.failedFuture(broken);
    }
  }

  private static boolean fits(String protocol, InetAddress ip) {
    return switch (protocol) {
      case "dns4" -> ip instanceof Inet4Address;
      case "dns6" -> ip instanceof Inet6Address;
      default -> true;
    };
  }

  private static Multiaddr.Component first(Multiaddr address) {
    return address.components().isEmpty()
        ? new Multiaddr.Component("", "")
        : address.components().get(0);
  }

  private static Libp2pException notFound(
      String what, Multiaddr address, @Nullable Throwable failure) {
    Throwable cause = failure == null ? null : Libp2pException.unwrap(failure);
    if (cause instanceof Libp2pException known) {
      return known;
    }
    String why = cause == null ? "" : " (" + cause.getMessage() + ")";
    return new Libp2pException(
        FailureReason.NAME_NOT_FOUND,
        what,
        address + why,
        "check the name and the resolver",
        cause);
  }

  private static Libp2pException tooMuch(Multiaddr address) {
    return new Libp2pException(
        FailureReason.LIMIT,
        "too many names to look up",
        address.toString(),
        "dial the peer by fewer names, or raise NameLimits");
  }
}
