package dev.twine.gossip;

import dev.twine.broadcaster.PeerWriter;
import dev.twine.broadcaster.TagSet;
import dev.twine.identity.NodeId;
import dev.twine.network.Lane;
import dev.twine.network.Message;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerRef;
import dev.twine.network.Topics;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One open session: what is known of the other end, and its queues. Safe for every thread. */
final class Session implements SessionHandle {
  private static final TagSet NOTHING = TagSet.of();

  final PeerRef.Session ref;
  final SessionTerms terms;
  final Channel channel;
  final long openedNanos;
  final Inflow inflow;
  final Pings pings = new Pings();
  final ExchangeTurns exchange;

  /** Belongs to the loop. */
  final PeerLiveness liveness;

  /** Identity messages that it sent; belongs to the loop. */
  int identitiesShown;

  /** Messages that it was the first to bring. */
  final AtomicLong delivered = new AtomicLong();

  final AtomicInteger answering = new AtomicInteger();

  /** Requests that it may still answer; see {@link Requests}. */
  final AtomicInteger expectedAnswers = new AtomicInteger();

  /** Requests to it that wait for an answer, by their hash; see {@link Requests}. */
  final Map<Long, Completions.Pending<Topics>> asked = new ConcurrentHashMap<>();

  /** Completes with the session when its identity is settled, one way or the other. */
  final CompletableFuture<Session> identified = new CompletableFuture<>();

  /** Completes if that identity is proven, and this session is the one to keep. */
  final CompletableFuture<NodeId> proven = new CompletableFuture<>();

  private final BiConsumer<Session, CloseReason> onClose;
  private final Map<Lane, SerialQueue> intake = new EnumMap<>(Lane.class);
  private final Map<Lane, ArrivalOrder> order = new EnumMap<>(Lane.class);
  private final Map<Lane, SerialQueue> handlers = new EnumMap<>(Lane.class);
  private final AtomicReference<@Nullable CloseReason> closing = new AtomicReference<>();
  private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
  private volatile @Nullable PeerWriter writer;
  private volatile @Nullable NodeId nodeId;
  private volatile TagSet wanted;
  private volatile boolean contested;
  private volatile Message.Via via;
  private volatile long receivedBytes;
  private final AtomicLong heardNanos;
  private volatile boolean degraded;
  private volatile List<PeerRecord> records = List.of();

  Session(
      long number,
      Channel channel,
      SessionTerms terms,
      Core core,
      BiConsumer<Session, CloseReason> onClose) {
    ref = new PeerRef.Session(number);
    this.terms = terms;
    this.channel = channel;
    this.onClose = onClose;
    openedNanos = core.clock().nanoTime();
    heardNanos = new AtomicLong(openedNanos);

    Limits.Liveness silence = core.limits().liveness();
    liveness = new PeerLiveness(silence.idle(), silence.degraded(), silence.dead(), openedNanos);
    exchange = new ExchangeTurns(core.limits().discovery().exchangeInterval(), openedNanos);
    inflow = new Inflow(channel, liveness, core);
    for (Lane lane : Lane.values()) {
      intake.put(lane, new SerialQueue(core.executors().validation));
      order.put(lane, new ArrivalOrder());
      handlers.put(lane, new SerialQueue(core.executors().handlers(lane)));
    }
    wanted = TagSet.of(core.tags().table.defaultInterest(terms.twine1()));
    via = new Message.Via(ref, null, terms.transport());
  }

  @Override
  public PeerRef.Session session() {
    return ref;
  }

  @Override
  public CompletableFuture<NodeId> proven() {
    return proven.copy();
  }

  @Override
  public void close(CloseReason reason) {
    if (closing.compareAndSet(null, reason)) {
      onClose.accept(this, reason);
      closed.complete(reason);
      identified.complete(this);
      Loops.run(channel, () -> terms.control().close(channel, reason));
    }
  }

  @Override
  public CompletableFuture<CloseReason> closed() {
    return closed.copy();
  }

  @Override
  public boolean isOpen() {
    return closing.get() == null;
  }

  @Nullable
  CloseReason closeReason() {
    return closing.get();
  }

  /** Null until the session takes part in broadcasts. */
  @Nullable
  PeerWriter writer() {
    return writer;
  }

  void writer(PeerWriter attached) {
    writer = attached;
  }

  @Nullable
  NodeId nodeId() {
    return nodeId;
  }

  /** Called by {@link PeerTable} alone, which keeps it in step with its own. */
  void nodeId(NodeId proven) {
    nodeId = proven;
    via = new Message.Via(ref, proven, terms.transport());
  }

  Message.Via via() {
    return via;
  }

  /** The host at the other end. */
  InetAddress remote() {
    return terms.permit().remote();
  }

  /** Where it can be dialled, as it has signed. */
  List<PeerRecord> records() {
    return records;
  }

  void records(List<PeerRecord> its) {
    records = List.copyOf(its);
  }

  /** What it is sent now: nothing while another session is asked whether it still lives. */
  TagSet interest() {
    return contested ? NOTHING : wanted;
  }

  /** On the loop: the tags that the other end asks for. */
  void interest(TagSet tags) {
    wanted = tags;
    applyInterest();
  }

  /** Whether the other end shows an identity that another session holds. Any thread. */
  void contested(boolean undecided) {
    if (contested == undecided) {
      return;
    }
    contested = undecided;
    // On the loop, where the interest changes too, so that neither undoes the other.
    Loops.run(channel, this::applyInterest);
  }

  private void applyInterest() {
    PeerWriter attached = writer;
    if (attached != null) {
      attached.interest(interest());
    }
  }

  /** Where messages wait that must not be looked at on the loop. Only the loop adds to it. */
  SerialQueue intake(Lane lane) {
    return Objects.requireNonNull(intake.get(lane));
  }

  /** Of what came, for those who are to hear it so; by the loop, or the intake while that is at work. */
  ArrivalOrder order(Lane lane) {
    return Objects.requireNonNull(order.get(lane));
  }

  SerialQueue handlers(Lane lane) {
    return Objects.requireNonNull(handlers.get(lane));
  }

  /** On the loop: something came. */
  void heard(int bytes, long nowNanos) {
    long sum = receivedBytes + bytes;
    heardNanos.lazySet(nowNanos); // Once a message: others may see it a moment later.
    receivedBytes = sum;
    liveness.heard(nowNanos);
  }

  /** When something last came; the opening at first. Any thread. */
  long heardNanos() {
    return heardNanos.get();
  }

  void degraded(boolean silent) {
    degraded = silent;
  }

  PeerInfo info() {
    PeerWriter out = writer;
    return new PeerInfo(
        ref,
        nodeId,
        terms.transport(),
        terms.direction(),
        terms.address(),
        terms.agent(),
        degraded ? PeerInfo.State.DEGRADED : PeerInfo.State.ACTIVE,
        pings.rttMillis(),
        out == null ? 0 : out.queuedPriority(),
        out == null ? 0 : out.queuedBulk(),
        out == null ? 0 : out.queuedBytes(),
        out == null ? 0 : out.dropped(),
        out == null ? 0 : out.sentBytes(),
        receivedBytes);
  }
}
