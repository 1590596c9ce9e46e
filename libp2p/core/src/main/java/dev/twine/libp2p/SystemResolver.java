package dev.twine.libp2p;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The resolver of the JDK, which blocks, on threads of its own. */
final class SystemResolver implements NameResolver, AutoCloseable {
  private static final int THREADS = 2;
  private static final int QUEUE = 256;
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
      THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE), task -> {
        Thread thread = new Thread(task, "libp2p-resolver");
        thread.setDaemon(true);
        return thread;
      });

  SystemResolver() {
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public CompletableFuture<List<InetAddress>> resolve(String name) {
    try {
      return CompletableFuture.supplyAsync(() -> lookUp(name), threads);
    } catch (RejectedExecutionException full) {
      return CompletableFuture.failedFuture(full);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private static List<InetAddress> lookUp(String name) {
    try {
      return List.of(InetAddress.getAllByName(name));
    } catch (UnknownHostException e) {
      throw new CompletionException(e);
    }
  }
}
