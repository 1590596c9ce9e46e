package dev.twine.ws;

import dev.twine.network.Address;
import dev.twine.network.TransportKind;
import dev.twine.network.TwineException;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where a peer that dialled us can be dialled itself. */
final class DialBack {
  private DialBack() {}

  /**
   * What the peer says, if it names the very host that we see; anything else could send this node's
   * connections to a third party.
   */
  static @Nullable Address of(String location, InetAddress seen, boolean secure) {
    if (location.isEmpty()) {
      return null;
    }
    try {
      boolean bare = location.indexOf("://") < 0;
      var address = Address.parse(bare ? (secure ? "wss://" : "ws://") + location : location);
      byte[] host = NetUtil.createByteArrayFromIpAddressString(address.host());
      boolean same = host != null && Arrays.equals(host, seen.getAddress());
      return same && address.transport() == TransportKind.WS && address.port() != 0
          ? address
          : null;
    } catch (TwineException | IllegalArgumentException e) {
      return null;
    }
  }
}
