package dev.twine.gossip;

import dev.twine.identity.NodeId;
import dev.twine.network.Address;
import dev.twine.network.Lane;
import dev.twine.network.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks peers whom they know, and tells those that ask.
 *
 * <p>A peer is asked when it has proven who it is, and again soon after, then now and then, while the
 * mesh has fewer sessions than it wants. It is told the records of nodes that have a session here, in
 * which they have proven themselves, and whose addresses lead to them as far as this node has seen.
 * Records are signed and checked on validation threads.
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  /** Peers that are asked in one round. */
  private static final int ASKED = 3;

  /** Nodes that open many sessions at once do not ask in all of them at once. */
  private static final Duration FIRST = Duration.ofMillis(500);

  /** Who was asked first may itself have asked its peers only then, so it is asked once more. */
  private static final Duration AGAIN = Duration.ofSeconds(3);

  /** Rounds without news make the next ones rarer, up to 2 to the power of this. */
  private static final int MAX_DOUBLINGS = 5;

  private static final double JITTER = 0.25;

  private final Core core;
  private final PeerTable table;
  private final Mesh mesh;
  private final Outbound outbound;
  private final OwnRecords own;
  private final Random random;
  private final boolean on;
  private int fruitless;
  private boolean running;
  private Registration next = () -> {};

  Exchange(Core core, PeerTable table, Mesh mesh, Outbound outbound) {
    this.core = core;
    this.table = table;
    this.mesh = mesh;
    this.outbound = outbound;
    own = new OwnRecords(core.local());
    // Apart from the mesh's own random, so that neither changes what the other draws.
    random = new Random(~core.config().traffic().mesh().seed());
    on = core.config().traffic().discovery().exchange();
  }

  /** The node runs, and can be dialled there. */
  void start(List<Address> addresses) {
    own.addresses(addresses);
    if (on) {
      synchronized (this) {
        running = true;
        schedule();
      }
    }
  }

  synchronized void close() {
    running = false;
    next.close();
  }

  /** A new session: once it has proven who is there, that node is asked. */
  void opened(Session session) {
    if (on && session.terms.twine1()) {
      session.proven().thenAccept(id -> {
        core.clock().schedule(soon(), () -> ask(session));
        core.clock().schedule(AGAIN.plus(soon()), () -> askIfLacking(session));
      });
    }
  }

  /** On the loop: a message of tag {@code te}. */
  void received(Session session, byte[] body) {
    boolean asks = ExchangeCodec.isAsk(body);
    if (!on) {
      core.counters().refused("exchange.off");
    } else if (!asks) {
      answered(session, body);
    } else if (!session.exchange.asked(core.clock().nanoTime())) {
      core.counters().refused("exchange.rate");
    } else if (session.nodeId() != null) {
      offLoop(session, () -> answer(session));
    } else if (session.exchange.defer()) {
      session.proven().thenAccept(id -> offLoop(session, () -> answer(session)));
    }
  }

  private void answered(Session session, byte[] body) {
    NodeId by = session.nodeId();
    if (by != null && session.exchange.answered()) {
      offLoop(session, () -> learn(session, by, ExchangeCodec.records(body)));
    } else {
      core.counters().refused("exchange.unasked");
    }
  }

  private void ask(Session session) {
    if (session.isOpen() && session.exchange.ask(core.clock().nanoTime())) {
      outbound.control(session, TagTable.EXCHANGE, ExchangeCodec.ask(), Lane.BULK);
    }
  }

  private void askIfLacking(Session session) {
    if (mesh.isLacking()) {
      ask(session);
    }
  }

  /** A round, on the clock's thread. */
  private void round() {
    synchronized (this) {
      fruitless = Math.min(MAX_DOUBLINGS, fruitless + 1);
      schedule();
    }
    if (mesh.isLacking()) {
      List<Session> peers = new ArrayList<>(table.list());
      peers.removeIf(session -> session.nodeId() == null || !session.terms.twine1());
      shuffle(peers);
      peers.stream().limit(ASKED).forEach(this::ask);
    }
  }

  private synchronized void schedule() {
    if (running) {
      long pause = core.limits().discovery().exchangeInterval().toNanos() << fruitless;
      long jitter = (long) (pause * JITTER * random.nextDouble());
      next.close();
      next = core.clock().schedule(Duration.ofNanos(pause + jitter), this::round);
    }
  }

  private synchronized Duration soon() {
    return Duration.ofNanos((long) (FIRST.toNanos() * random.nextDouble()));
  }

  private synchronized void shuffle(List<?> list) {
    Collections.shuffle(list, random);
  }

  private void answer(Session asker) {
    AddressScope scope = AddressScope.of(asker.remote());
    List<PeerRecord> records = new ArrayList<>(own.records(core.clock().now().toEpochMilli()));
    List<Session> others = new ArrayList<>(table.list());
    others.remove(asker);
    shuffle(others);
    others.forEach(
        other -> other.records().stream().filter(one -> isTrue(other, one)).forEach(records::add));
    records.removeIf(record -> !reaches(record, scope));
    byte[] body = ExchangeCodec.answer(records);
    outbound.control(asker, TagTable.EXCHANGE, body, Lane.BULK);
  }

  /**
   * Whether an address leads to the node itself, as far as this one has seen: it was dialled there, or
   * has its session from that host. Else it could send others to a third party.
   */
  private boolean isTrue(Session session, PeerRecord record) {
    String host = record.address().host();
    return AddressScope.literal(host).filter(session.remote()::equals).isPresent()
        || mesh.wasReached(record.address());
  }

  private static boolean reaches(PeerRecord record, AddressScope peer) {
    return AddressScope.of(record.address())
        .filter(scope -> scope.reaches(peer))
        .isPresent();
  }

  private void learn(Session teller, NodeId by, List<PeerRecord> records) {
    var addresses = new ArrayList<Address>();
    var its = new ArrayList<PeerRecord>();
    for (PeerRecord record : records) {
      if (!isUsable(record, AddressScope.of(teller.remote()))) {
        continue;
      }
      if (!record.isAuthentic(core.local().networkId())) {
        core.counters().refused("exchange.forged");
        throw new BadMessageException("forged peer record");
      }
      addresses.add(record.address());
      if (record.nodeId().equals(by)) {
        its.add(record);
      }
    }
    teller.records(its.subList(0, Math.min(its.size(), OwnAddresses.MAX_ADDRESSES)));
    if (mesh.learn(addresses, Source.exchanged(by, teller.remote()))) {
      hurry();
    }
  }

  private boolean isUsable(PeerRecord record, AddressScope met) {
    if (record.nodeId().equals(core.local().nodeId())) {
      return false;
    }
    long age = core.clock().now().toEpochMilli() - record.createdMillis();
    if (age < -OwnRecords.MAX_SKEW_MILLIS || age > OwnRecords.MAX_AGE_MILLIS) {
      core.counters().refused("exchange.time");
      return false;
    }
    if (!reaches(record, met)) {
      core.counters().refused("exchange.scope");
      return false;
    }
    return true;
  }

  /** There was news, so there may be more. */
  private synchronized void hurry() {
    if (fruitless > 0) {
      fruitless = 0;
      schedule();
    }
  }

  private void offLoop(Session session, Runnable task) {
    try {
      core.executors().validation.execute(() -> {
        try {
          task.run();
        } catch (BadMessageException e) {
          core.counters().refused("bad-data");
          session.close(CloseReason.of(CloseReason.Kind.BAD_DATA, String.valueOf(e.getMessage())));
        } catch (RuntimeException bug) {
          LOG.warn("an exchange of peers failed", bug);
        }
      });
    } catch (RejectedExecutionException fullOrEnded) {
      core.counters().refused(NodeExecutors.VALIDATION);
    }
  }
}
