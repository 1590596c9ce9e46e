package dev.twine.libp2p.core.dns;

import dev.twine.libp2p.core.NameResolver;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks hosts up as the system does, by the resolver of the JDK, which blocks and so has threads of
 * its own; and TXT records, which the JDK knows nothing of, at the DNS servers of the system.
 */
public final class SystemResolver implements NameResolver, AutoCloseable {
  private static final int THREADS = 2;
  private static final int QUEUE = 256;
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
      THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), task -> {
        Thread thread = new Thread(task, "libp2p-resolver");
        thread.setDaemon(true);
        return thread;
      });
  private final Supplier<EventLoop> loop;
  private final DnsServers servers;
  private @Nullable DnsResolver dns;

  /**
   * @param loop where questions about TXT records are asked from
   */
  public SystemResolver(Supplier<EventLoop> loop, DnsServers servers) {
    this.loop = loop;
    this.servers = servers;
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public CompletableFuture<List<InetAddress>> resolve(String host) {
    return run(() -> lookUp(host));
  }

  @Override
  public CompletableFuture<List<String>> texts(String name) {
    return run(this::dns).thenCompose(found -> found.texts(name));
  }

  @Override
  public synchronized void close() {
    threads.shutdownNow();
    if (dns != null) {
      dns.close();
    }
  }

  private <T> CompletableFuture<T> run(Supplier<T> task) {
    try {
      return CompletableFuture.supplyAsync(task, threads);
    } catch (RejectedExecutionException full) {
      return CompletableFuture.failedFuture(full);
    }
  }

  /** Reads a file, so not on an event loop. */
  private synchronized DnsResolver dns() {
    if (threads.isShutdown()) {
      throw new RejectedExecutionException("the host is closed");
    }
    DnsResolver known = dns;
    if (known == null) {
      known = new DnsResolver(loop.get(), servers.read());
      dns = known;
    }
    return known;
  }

  private static List<InetAddress> lookUp(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      throw new CompletionException(e);
    }
  }
}
