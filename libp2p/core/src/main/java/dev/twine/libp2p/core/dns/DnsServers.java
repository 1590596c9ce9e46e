package dev.twine.libp2p.core.dns;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The DNS servers that a system asks.
 *
 * @param config where they stand, in the form of resolv.conf
 */
public record DnsServers(Path config) {
  private static final int PORT = 53;

  /** As many as the C library reads. */
  private static final int MAX = 3;

  /** Those of this machine. */
  public static DnsServers ofSystem() {
    return new DnsServers(Path.of("/etc/resolv.conf"));
  }

  /**
   * Reads them; blocks. Never a server that nobody has named.
   *
   * @throws Libp2pException if there are none
   */
  List<InetSocketAddress> read() {
    List<InetSocketAddress> found = new ArrayList<>();
    try (Stream<String> lines = Files.lines(config)) {
      lines
          .map(line -> line.strip().split("\\s+", 3))
          .filter(words -> words.length > 1 && words[0].equals("nameserver"))
          .map(words -> NetUtil.createInetAddressFromIpAddressString(words[1]))
          .limit(MAX)
          .forEach(ip -> add(found, ip));
    } catch (IOException | UncheckedIOException missing) {
      throw none(missing);
    }
    if (found.isEmpty()) {
      throw none(null);
    }
    return found;
  }

  private static void add(List<InetSocketAddress> found, @Nullable InetAddress ip) {
    if (ip != null) {
      found.add(new InetSocketAddress(ip, PORT));
    }
  }

  private Libp2pException none(@Nullable Exception cause) {
    return new Libp2pException(
        FailureReason.NAME_NOT_FOUND,
        "no DNS server is configured",
        config.toString(),
        "name one with Host.builder().dnsServers(...), or dial an address without /dnsaddr",
        cause);
  }
}
