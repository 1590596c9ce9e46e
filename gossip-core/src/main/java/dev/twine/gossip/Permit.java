package dev.twine.gossip;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Room for one connection. Given back once, however often it is closed, from any thread. */
public final class Permit implements AutoCloseable {
  private final InetAddress remote;
  private final AtomicReference<@Nullable Runnable> release;
  private final AtomicReference<@Nullable Runnable> settle;

  /** A permit for a connection with that host, that runs this when it is given back. */
  public Permit(InetAddress remote, Runnable release) {
    this.remote = remote;
    this.release = new AtomicReference<>(release);
    this.settle = new AtomicReference<>(null);
  }

  /** With what to run when the handshake is over, either way. */
  Permit(InetAddress remote, Runnable release, Runnable settle) {
    this.remote = remote;
    this.release = new AtomicReference<>(release);
    this.settle = new AtomicReference<>(settle);
  }

  /** The host at the other end. */
  InetAddress remote() {
    return remote;
  }

  /** The handshake is done: what it held beyond the life of the session is free again. */
  void settle() {
    runOnce(settle);
  }

  @Override
  public void close() {
    runOnce(settle);
    runOnce(release);
  }

  private static void runOnce(AtomicReference<@Nullable Runnable> slot) {
    Runnable task = slot.getAndSet(null);
    if (task != null) {
      task.run();
    }
  }
}
