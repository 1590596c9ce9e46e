package dev.twine.broadcaster;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where a peer should be: with these tags, or gone. Said by any thread; its event loop follows at
 * its next turn.
 */
final class Membership {
  private final PeerWriter peer;
  private final LoopWriter loop;
  private final WireForm form;
  private final AtomicBoolean changed = new AtomicBoolean();
  private volatile TagSet interest;
  private volatile boolean detached;

  /** Confined to the event loop. */
  private boolean hasLeft;

  Membership(PeerWriter peer, LoopWriter loop, WireForm form, TagSet interest) {
    this.peer = peer;
    this.loop = loop;
    this.form = form;
    this.interest = interest;
  }

  LoopWriter loop() {
    return loop;
  }

  WireForm form() {
    return form;
  }

  TagSet interest() {
    return interest;
  }

  boolean isDetached() {
    return detached;
  }

  void interest(TagSet tags) {
    interest = tags;
    tellLoop();
  }

  void detach() {
    if (!detached) {
      detached = true;
      tellLoop();
    }
  }

  /** Queues the peer at its loop, unless it is queued there already. */
  void tellLoop() {
    if (changed.compareAndSet(false, true)) {
      loop.changed(peer);
    }
  }

  /** The loop looks now; what changes from here on is told again. */
  void seen() {
    changed.set(false);
  }

  /** Whether this is the first time that the loop lets it go. */
  boolean leave() {
    boolean isFirst = !hasLeft;
    hasLeft = true;
    return isFirst;
  }
}
