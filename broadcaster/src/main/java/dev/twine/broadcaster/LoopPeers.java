package dev.twine.broadcaster;

import dev.twine.broadcaster.Ticket.Drop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The peers of one event loop, in cohorts.
 *
 * <p>Confined to the event loop.
 */
final class LoopPeers {
  /** What makes a cohort. Wire forms are compared by identity. */
  private record Key(WireForm form, TagSet interest) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key that && form == that.form && interest.equals(that.interest);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(form) + interest.hashCode();
    }
  }

  private final LoopContext context;
  private final Map<Key, Cohort> cohorts = new HashMap<>();
  private final List<LoopPeer> withDirects = new ArrayList<>();

  LoopPeers(LoopContext context) {
    this.context = context;
  }

  boolean isEmpty() {
    return cohorts.isEmpty();
  }

  /**
   * Makes the place of a peer what it should be: in the cohort of its interest, or nowhere.
   *
   * @return whether it has left for good
   */
  boolean reconcile(PeerWriter peer) {
    LoopPeer member = peer.inLoop();
    if (member.cohort() == null && !peer.membership().isDetached()) {
      member.outlet().install();
      if (!peer.channel().isActive()) {
        peer.detach();
      }
    }
    takeOut(member);
    if (peer.membership().isDetached()) {
      member.close();
      return true;
    }
    var key = new Key(peer.membership().form(), peer.membership().interest());
    cohorts
        .computeIfAbsent(key, ignored -> new Cohort(key.form(), key.interest(), context))
        .add(member);
    return false;
  }

  /** Lets a direct message wait at its peer for its turn. */
  void add(Direct direct) {
    PeerWriter peer = direct.peer();
    if (peer.membership().isDetached()) {
      context.giveUp(direct);
      return;
    }
    WaitingDirects directs = peer.inLoop().directs();
    if (directs.isEmpty()) {
      withDirects.add(peer.inLoop());
    }
    directs.add(direct);
  }

  /** Hands a batch to every cohort. */
  void deliver(Batch batch, Tally tally) {
    for (int i = 0; batch.hasSenders() && i < batch.size(); i++) {
      PeerWriter sender = batch.message(i).except();
      if (sender != null && sender.channel().eventLoop().inEventLoop()) {
        sender.inLoop().markSenderIn(batch);
      }
    }
    for (Cohort cohort : cohorts.values()) {
      cohort.deliver(batch, tally);
    }
  }

  /** Counts a batch that nobody here will get. */
  void giveUp(Batch batch, Tally tally) {
    for (Cohort cohort : cohorts.values()) {
      for (int i = 0; i < batch.size(); i++) {
        if (cohort.wants(batch.message(i))) {
          tally.dropped(i, Drop.CLOSED, cohort.size());
          context.counters().dropped(Drop.CLOSED, cohort.size());
        }
      }
    }
  }

  /** Sends the direct messages whose turn has come. */
  void sendDirects(Through through) {
    for (int i = withDirects.size() - 1; i >= 0; i--) {
      LoopPeer peer = withDirects.get(i);
      int written = 0;
      for (Lane lane : Lane.values()) {
        written += peer.directs().sendThrough(lane, through.of(lane), false);
      }
      if (written > 0) {
        peer.wrote(0, 0);
      }
      if (peer.directs().isEmpty()) {
        withDirects.set(i, withDirects.get(withDirects.size() - 1));
        withDirects.remove(withDirects.size() - 1);
      }
    }
  }

  /** Looks at the age of what waits and at the progress of every socket. */
  void sweep(long nowNanos) {
    for (Cohort cohort : cohorts.values()) {
      cohort.members().forEach(peer -> peer.sweep(nowNanos));
    }
  }

  /** Every peer, for the end. */
  List<PeerWriter> all() {
    var all = new ArrayList<PeerWriter>();
    cohorts
        .values()
        .forEach(cohort -> cohort.members().forEach(member -> all.add(member.writer())));
    return all;
  }

  private void takeOut(LoopPeer peer) {
    Cohort cohort = peer.cohort();
    if (cohort == null) {
      return;
    }
    cohort.remove(peer);
    if (cohort.isEmpty()) {
      cohorts.values().remove(cohort);
    }
  }
}
