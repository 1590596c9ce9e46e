package dev.twine.libp2p;

import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.StreamChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The end of a host, step by step and without waiting on a thread. */
final class HostEnd {
  private static final int CLOSE_SECONDS = 5;
  private static final int REST_SECONDS = 1;

  private final HostParts parts;
  private final Dialler dialler;
  private final Listening listening;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  HostEnd(HostParts parts, Dialler dialler, Listening listening) {
    this.parts = parts;
    this.dialler = dialler;
    this.listening = listening;
  }

  boolean isClosing() {
    return begun.get();
  }

  void refuseWhenClosing() {
    if (begun.get()) {
      throw new Libp2pException(
          FailureReason.CLOSED, "the host is closed", "", "start another host");
    }
  }

  CompletableFuture<Void> begin(Duration grace) {
    if (begun.compareAndSet(false, true)) {
      dialler.close();
      listening
          .close()
          .thenCompose(unbound -> streamsEnded(grace))
          .thenCompose(ended -> connectionsClosed())
          .thenCompose(closed -> channelsClosed())
          .whenComplete(
              (closed, late) -> parts.close().addListener(stopped -> done.complete(null)));
    }
    return done.copy();
  }

  /** Completes when no stream is left, or after the grace. */
  private CompletableFuture<Void> streamsEnded(Duration grace) {
    List<CompletableFuture<Void>> open = new ArrayList<>();
    for (Connection connection : parts.table().connections()) {
      connection.goAway();
      for (StreamChannel stream : connection.streams()) {
        CompletableFuture<Void> one = new CompletableFuture<>();
        stream.closeFuture().addListener(closed -> one.complete(null));
        open.add(one);
      }
    }
    if (grace.isZero() || open.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return all(open).completeOnTimeout(null, grace.toMillis(), TimeUnit.MILLISECONDS);
  }

  private CompletableFuture<Void> connectionsClosed() {
    List<CompletableFuture<Void>> closing = new ArrayList<>();
    for (Connection connection : parts.table().connections()) {
      closing.add(connection.close());
    }
    return all(closing).completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /** What was still in its handshake: a loop that is busy may end without closing it. */
  private CompletableFuture<Void> channelsClosed() {
    CompletableFuture<Void> closing = new CompletableFuture<>();
    parts.channels().close().addListener(closed -> closing.complete(null));
    return closing.completeOnTimeout(null, REST_SECONDS, TimeUnit.SECONDS);
  }

  private static CompletableFuture<Void> all(List<CompletableFuture<Void>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new));
  }
}
