package dev.twine.http;

import io.netty.util.concurrent.FastThreadLocalThread;

/** Keeps calls that wait off threads that must not: one of them would hold up all their channels. */
final class BlockingCalls {
  private BlockingCalls() {}

  /**
   * Call before waiting for a peer.
   *
   * @throws IllegalStateException on an event loop, or on a thread of a node that handles messages
   */
  static void refuseHere() {
    Thread here = Thread.currentThread();
    if (here instanceof FastThreadLocalThread netty && !netty.permitBlockingCalls()) {
      throw new IllegalStateException("waiting for a peer on " + here.getName()
          + " would hold up what it waits for: call it on a thread of your own");
    }
  }
}
