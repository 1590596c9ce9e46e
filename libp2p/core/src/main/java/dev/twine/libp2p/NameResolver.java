package dev.twine.libp2p;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Looks host names up. Called on any thread; must not block. */
@FunctionalInterface
public interface NameResolver {
  /** All addresses of a name, best first; fails or is empty if there are none. */
  CompletableFuture<List<InetAddress>> resolve(String name);
}
