package dev.twine.libp2p.core.identify;

import dev.twine.identity.NodeId;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Refusals;
import io.netty.util.concurrent.EventExecutor;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;

/** What is known of the peers of all connections; forgets a connection when it ends. Any thread. */
final class PeerBook {
  private final IdentifyEnvironment environment;
  private final BiConsumer<Connection, IdentifyInfo> listener;
  private final ConcurrentHashMap<Connection, PeerState> peers = new ConcurrentHashMap<>();
  private final PeerRecords records = new PeerRecords(PeerRecords.MAX);

  PeerBook(IdentifyEnvironment environment, BiConsumer<Connection, IdentifyInfo> listener) {
    this.environment = environment;
    this.listener = listener;
  }

  PeerState of(Connection connection) {
    PeerState known = peers.get(connection);
    if (known != null) {
      return known;
    }
    PeerState fresh = new PeerState();
    PeerState raced = peers.putIfAbsent(connection, fresh);
    if (raced != null) {
      return raced;
    }
    // Runs at once if it is closed already, so nothing stays behind.
    connection.closed().whenComplete((reason, failure) -> peers.remove(connection));
    return fresh;
  }

  Optional<IdentifyInfo> info(Connection connection) {
    PeerState known = peers.get(connection);
    return known == null ? Optional.empty() : known.info();
  }

  Optional<PeerRecord> record(NodeId peer) {
    return records.of(peer, environment.nanoClock().getAsLong());
  }

  int connections() {
    return peers.size();
  }

  IdentifyDraft draft(Connection connection) {
    return new IdentifyDraft(connection.peer(), connection.key().encoded(), environment.refusals());
  }

  /**
   * Takes in what a peer said. A record is checked on the crypto executor first, if it is new.
   *
   * @param loop where the listener hears of it and the future completes
   */
  CompletableFuture<IdentifyInfo> settle(
      Connection connection, IdentifyDraft draft, EventExecutor loop) {
    CompletableFuture<IdentifyInfo> result = new CompletableFuture<>();
    PeerRecord record = draft.record();
    long now = environment.nanoClock().getAsLong();
    if (record == null || !records.wants(record, now)) {
      finish(connection, draft, record(connection.peer()), result);
      return result;
    }
    try {
      environment.crypto().execute(() -> {
        Optional<PeerRecord> newest = judge(draft, record);
        loop.execute(() -> finish(connection, draft, newest, result));
      });
    } catch (RejectedExecutionException e) {
      environment.refusals().count(Identify.SIGNATURE);
      finish(connection, draft, Optional.empty(), result);
    }
    return result;
  }

  private Optional<PeerRecord> judge(IdentifyDraft draft, PeerRecord record) {
    Refusals refusals = environment.refusals();
    if (!draft.isRecordSigned()) {
      refusals.count(Identify.SIGNATURE);
      return Optional.empty();
    }
    return Optional.of(records.keep(record, environment.nanoClock().getAsLong()));
  }

  private void finish(
      Connection connection,
      IdentifyDraft draft,
      Optional<PeerRecord> newest,
      CompletableFuture<IdentifyInfo> result) {
    IdentifyInfo info = of(connection).apply(draft, newest);
    listener.accept(connection, info);
    result.complete(info);
  }
}
