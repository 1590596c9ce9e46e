package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.transport.StreamAddress;
import dev.twine.libp2p.core.transport.Transport;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Which of a peer's addresses can be dialled now, and to which sockets they lead. */
final class DialAddresses {
  /** Sockets that one name may stand for. */
  private static final int MAX_PER_NAME = 8;

  private final Dialler.Parts parts;
  private final DialBackoff backoff;
  private final NodeId peer;
  private final DialFailures failures;

  DialAddresses(Dialler dialler, NodeId peer, DialFailures failures) {
    this.parts = dialler.parts();
    this.backoff = dialler.backoff();
    this.peer = peer;
    this.failures = failures;
  }

  /** Judges and resolves; what cannot be dialled is added to the failures. Never fails itself. */
  CompletableFuture<List<DialTarget>> resolve(Collection<Multiaddr> addresses) {
    List<CompletableFuture<List<DialTarget>>> parts = new ArrayList<>();
    for (Multiaddr address : distinct(addresses)) {
      Libp2pException refusal = judge(address);
      if (refusal != null) {
        failures.add(address, refusal);
      } else {
        parts.add(resolve(address));
      }
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> parts.stream().flatMap(part -> part.join().stream()).toList());
  }

  private Set<Multiaddr> distinct(Collection<Multiaddr> addresses) {
    Set<Multiaddr> distinct = new LinkedHashSet<>();
    for (Multiaddr address : addresses) {
      if (distinct.size() == parts.limits().addresses()) {
        parts.refusals().count("dials.addresses");
        break;
      }
      distinct.add(address.withoutPeer());
    }
    return distinct;
  }

  private @Nullable Libp2pException judge(Multiaddr address) {
    if (transport(address) == null || StreamAddress.of(address).isEmpty()) {
      return failure(
          FailureReason.BAD_ADDRESS, "no transport for the address", address, "dial another one");
    }
    if (!parts.gater().allowDial(peer, address)) {
      parts.refusals().count("dials.gated");
      return failure(FailureReason.GATED, "the gater forbids to dial", address, "ask the gater");
    }
    if (backoff.blocked(address.withPeer(peer), parts.nanoClock().getAsLong())) {
      parts.refusals().count("dials.backoff");
      return failure(FailureReason.DIAL_BACKOFF, "failed a short while ago", address, "wait");
    }
    return null;
  }

  private @Nullable Transport transport(Multiaddr address) {
    for (Transport one : parts.transports()) {
      if (one.handles(address)) {
        return one;
      }
    }
    return null;
  }

  private CompletableFuture<List<DialTarget>> resolve(Multiaddr address) {
    StreamAddress parsed = StreamAddress.of(address).orElseThrow();
    if (!parsed.named()) {
      return CompletableFuture.completedFuture(targets(address, parsed, literal(parsed.host())));
    }
    return parts
        .resolver()
        .resolve(parsed.host())
        // A copy: the time limit must not complete a future that the resolver shares.
        .copy()
        .orTimeout(parts.limits().deadline().toMillis(), TimeUnit.MILLISECONDS)
        .handle((found, failure) -> {
          if (found == null || found.isEmpty()) {
            failures.add(address, unknown(address, failure));
            return List.<DialTarget>of();
          }
          return targets(address, parsed, found);
        });
  }

  private List<DialTarget> targets(
      Multiaddr address, StreamAddress parsed, List<InetAddress> found) {
    Transport transport = transport(address);
    List<DialTarget> targets = new ArrayList<>();
    for (InetAddress ip : found) {
      if (targets.size() < MAX_PER_NAME && transport != null && fits(parsed.family(), ip)) {
        targets.add(new DialTarget(address, new InetSocketAddress(ip, parsed.port()), transport));
      }
    }
    if (targets.isEmpty()) {
      failures.add(
          address,
          failure(
              FailureReason.BAD_ADDRESS, "not an address of one host", address, "dial another"));
    }
    return targets;
  }

  private static boolean fits(String family, InetAddress ip) {
    if (ip.isAnyLocalAddress() || ip.isMulticastAddress()) {
      return false;
    }
    return switch (family) {
      case "dns4" -> ip instanceof Inet4Address;
      case "dns6" -> ip instanceof Inet6Address;
      default -> true;
    };
  }

  private static List<InetAddress> literal(String host) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
    try {
      return bytes == null ? List.of() : List.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException wrongLength) {
      return List.of();
    }
  }

  private static Libp2pException unknown(Multiaddr address, @Nullable Throwable cause) {
    String why = cause == null ? "" : " (" + cause.getMessage() + ")";
    return new Libp2pException(
        FailureReason.DIAL_FAILED,
        "the name has no address",
        address + why,
        "check the name and the resolver",
        cause);
  }

  private static Libp2pException failure(
      FailureReason reason, String what, Multiaddr address, String remedy) {
    return new Libp2pException(reason, what, address.toString(), remedy);
  }
}
