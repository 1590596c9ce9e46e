package dev.twine.libp2p.core;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Looks names up. Called on any thread; must not block. */
@FunctionalInterface
public interface NameResolver {
  /** All IPs of a host name, best first; fails or is empty if there are none. */
  CompletableFuture<List<InetAddress>> resolve(String host);

  /**
   * The TXT records of a name, each with its strings joined; {@code /dnsaddr} needs them. Fails or is
   * empty if there are none.
   */
  default CompletableFuture<List<String>> texts(String name) {
    return CompletableFuture.failedFuture(new Libp2pException(
        FailureReason.NAME_NOT_FOUND,
        "the resolver knows no TXT records",
        name,
        "implement NameResolver.texts, or give the host dnsServers instead of a resolver"));
  }
}
