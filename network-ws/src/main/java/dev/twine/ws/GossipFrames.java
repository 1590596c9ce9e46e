package dev.twine.ws;

import dev.twine.gossip.CloseReason;
import dev.twine.network.TwineException;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/** What both ends of a gossip connection have in common. */
final class GossipFrames {
  private GossipFrames() {}

  /** Why a connection ends whose session the engine refused. */
  static CloseReason closeReason(TwineException refusal) {
    return switch (refusal.code()) {
      case SELF -> CloseReason.of(CloseReason.Kind.SELF);
      case DUPLICATE_ID -> CloseReason.of(CloseReason.Kind.DUPLICATE_ID);
      case CLOSED -> CloseReason.of(CloseReason.Kind.SHUTDOWN);
      default -> CloseReason.of(CloseReason.Kind.TOO_MANY_PEERS);
    };
  }

  /** Why a session ends whose dial was given up while it was opened. */
  static CloseReason unwanted() {
    return CloseReason.of(CloseReason.Kind.DISCONNECTED);
  }

  /** {@code host:port}, IPv6 in brackets. */
  static String text(InetSocketAddress address) {
    return NetUtil.toSocketAddressString(address);
  }
}
