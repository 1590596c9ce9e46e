package dev.twine.libp2p;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.dns.ResolvedAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which addresses of a peer may be dialled now. Any thread. */
final class DialRules {
  static final String GATED = "dials.gated";
  static final String BACKOFF = "dials.backoff";
  static final String NO_HOST = "dials.noHost";
  static final String OWN = "dials.own";

  private final Dialler.Parts parts;
  private final DialBackoff backoff;
  private final Supplier<List<Multiaddr>> own;

  /**
   * @param own where this host listens
   */
  DialRules(Dialler.Parts parts, DialBackoff backoff, Supplier<List<Multiaddr>> own) {
    this.parts = parts;
    this.backoff = backoff;
    this.own = own;
  }

  /** What forbids an address before its names are looked up, or null. */
  @Nullable
  Libp2pException judge(NodeId peer, Multiaddr address) {
    if (!address.has("dnsaddr") && parts.transportOf(address) < 0) {
      return refusal(
          FailureReason.BAD_ADDRESS, "no transport for the address", address, "dial another one");
    }
    return gate(peer, address);
  }

  /** What forbids an address whose names have been looked up, or null. */
  @Nullable
  Libp2pException judge(NodeId peer, Multiaddr asked, ResolvedAddress found) {
    Multiaddr resolved = found.resolved();
    if (parts.transportOf(found.address()) < 0) {
      return refusal(
          FailureReason.BAD_ADDRESS, "no transport for the address", resolved, "dial another one");
    }
    InetAddress ip = resolved.ip().orElse(null);
    if (ip != null && (ip.isAnyLocalAddress() || ip.isMulticastAddress())) {
      parts.refusals().count(NO_HOST);
      return refusal(
          FailureReason.BAD_ADDRESS, "not an address of one host", resolved, "dial another one");
    }
    if (own.get().stream().anyMatch(mine -> isSameSocket(mine, resolved))) {
      parts.refusals().count(OWN);
      return refusal(
          FailureReason.BAD_ADDRESS,
          "this host itself listens there",
          resolved,
          "remove its own addresses from the peer's");
    }
    Libp2pException gated = resolved.equals(asked) ? null : gate(peer, resolved);
    if (gated == null
        && backoff.blocked(resolved.withPeer(peer), parts.nanoClock().getAsLong())) {
      parts.refusals().count(BACKOFF);
      return refusal(
          FailureReason.DIAL_BACKOFF, "failed a short while ago", resolved, "wait and try again");
    }
    return gated;
  }

  private @Nullable Libp2pException gate(NodeId peer, Multiaddr address) {
    if (parts.gater().allowDial(peer, address)) {
      return null;
    }
    parts.refusals().count(GATED);
    return refusal(FailureReason.GATED, "the gater forbids to dial", address, "ask the gater");
  }

  /** Whether both have one IP and port, whatever is spoken there, or are the same altogether. */
  private static boolean isSameSocket(Multiaddr mine, Multiaddr theirs) {
    if (mine.ip().isEmpty()) {
      return mine.equals(theirs);
    }
    return mine.ip().equals(theirs.ip())
        && mine.components().size() > 1
        && theirs.components().size() > 1
        && mine.components().get(1).equals(theirs.components().get(1));
  }

  private static Libp2pException refusal(
      FailureReason reason, String what, Multiaddr address, String remedy) {
    return new Libp2pException(reason, what, address.toString(), remedy);
  }
}
