package dev.twine.libp2p.core.identify;

import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.StreamProtocol;
import dev.twine.libp2p.core.StreamRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * The protocols {@code /ipfs/id/1.0.0} and {@code /ipfs/id/push/1.0.0} of one host: tells peers who
 * this is, asks them the same, and tells them when it changes.
 *
 * <p>Register both of {@link #protocols} with the host. Any thread may call. Signatures are made and
 * checked on the environment's executor, never on an event loop. What peers say is bounded, and of
 * their signed records only those of the connection's own peer are taken, the newest wins.
 *
 * @see <a href="https://github.com/libp2p/specs/blob/master/identify/README.md">identify
 *     specification</a>
 */
public final class Identify {
  public static final String ID = "/ipfs/id/1.0.0";
  public static final String PUSH_ID = "/ipfs/id/push/1.0.0";

  /** How long a peer may take to say who it is. */
  public static final Duration DEADLINE = Duration.ofSeconds(10);

  /** Counts pushes that come too soon after the last. */
  public static final String PUSHES = "identify.pushes";

  /** Counts records whose signature does not hold, or was not checked for want of room. */
  public static final String SIGNATURE = "identify.signature";

  private final IdentifyEnvironment environment;
  private final LocalMessage local;
  private final PeerBook book;

  /**
   * For one host. Signs at once, for half a millisecond.
   *
   * @param listener hears what a peer says and each change of it, on that connection's event loop
   */
  public Identify(
      NodeKey key,
      LocalIdentity initial,
      IdentifyEnvironment environment,
      BiConsumer<Connection, IdentifyInfo> listener) {
    this.environment = environment;
    this.local = new LocalMessage(key, environment.refusals(), environment.milliClock());
    this.book = new PeerBook(environment, listener);
    local.publish(initial, local.nextSeq());
  }

  /** What the host has to answer: the question who this is, and pushes of others. */
  public List<StreamProtocol> protocols() {
    return List.of(
        new IdentifyResponder(local), new PushReceiver(book, environment, this::identify));
  }

  /**
   * Changes what this side says. Peers learn of it when they ask, or by {@link #push}.
   *
   * @return completes when it is signed
   */
  public CompletableFuture<Void> update(LocalIdentity changed) {
    long seq = local.nextSeq();
    return CompletableFuture.runAsync(() -> local.publish(changed, seq), environment.crypto());
  }

  /**
   * Asks the peer who it is. While a request is under way on the connection, this joins it: some
   * peers take a single one.
   *
   * @return fails with a {@link dev.twine.libp2p.core.Libp2pException}
   */
  public CompletableFuture<IdentifyInfo> identify(Connection connection) {
    CompletableFuture<IdentifyInfo> mine = new CompletableFuture<>();
    CompletableFuture<IdentifyInfo> running = book.of(connection).joinOr(mine);
    if (running != null) {
      return running;
    }
    var reader = new IdentifyReader(book.draft(connection), DEADLINE, this::countLate);
    connection
        .open(new StreamRequest(List.of(ID), reader, DEADLINE))
        .thenCompose(stream ->
            reader.done().thenCompose(draft -> book.settle(connection, draft, stream.eventLoop())))
        .whenComplete((info, failure) -> {
          if (failure == null) {
            mine.complete(info);
          } else {
            mine.completeExceptionally(Libp2pException.unwrap(failure));
          }
        });
    return mine;
  }

  /**
   * Tells the peer who this is now.
   *
   * @return completes when it is written and the stream ended; fails with a {@link
   *     dev.twine.libp2p.core.Libp2pException}, for example if the peer takes no pushes
   */
  public CompletableFuture<Void> push(Connection connection) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    byte[] observed = IdentifyCodec.encodeObserved(connection.remoteAddress());
    var sender = new IdentifySender(local.bytes(), observed, done);
    connection
        .open(new StreamRequest(List.of(PUSH_ID), sender, DEADLINE))
        .whenComplete((stream, failure) -> {
          if (failure != null) {
            done.completeExceptionally(Libp2pException.unwrap(failure));
          }
        });
    return done;
  }

  /** What the peer of the connection has said so far. */
  public Optional<IdentifyInfo> known(Connection connection) {
    return book.info(connection);
  }

  /** The newest signed record of a peer that brought its own, also after it has gone. */
  public Optional<PeerRecord> record(NodeId peer) {
    return book.record(peer);
  }

  /** How many connections something is remembered of. */
  int remembered() {
    return book.connections();
  }

  private void countLate() {
    environment.refusals().count(IdentifyReader.DEADLINE);
  }
}
