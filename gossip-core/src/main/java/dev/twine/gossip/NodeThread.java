package dev.twine.gossip;

import dev.twine.broadcaster.NoWaiting;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** A thread of a node's own executors: what waits for the network must not run on it. */
final class NodeThread extends FastThreadLocalThread implements NoWaiting {
  private NodeThread(Runnable task, String name) {
    super(task, name);
    setDaemon(true);
  }

  static ThreadFactory factory(String name) {
    var number = new AtomicInteger();
    return task -> new NodeThread(task, name + "-" + number.incrementAndGet());
  }

  static boolean isCurrent() {
    return Thread.currentThread() instanceof NodeThread;
  }
}
