package dev.twine.gossip;

import dev.twine.network.Address;
import dev.twine.network.Metric;
import dev.twine.network.TransportKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One strand of the network: it listens, dials, shakes hands, and turns each connection into a
 * session by {@link TransportContext#open}.
 *
 * <p>The engine knows nothing of frames, headers or streams; a transport knows nothing of lanes,
 * duplicates or peers. Belongs to one engine and is used once.
 */
public interface Transport {
  TransportKind kind();

  /**
   * Binds every listener and keeps the context for later dials. Called once, before any dial, on a
   * thread that may wait. A transport without a listener keeps the context and returns nothing.
   *
   * @return the bound addresses, with real ports
   * @throws dev.twine.network.TwineException of code CANNOT_LISTEN, with nothing left bound
   */
  List<Address> listen(TransportContext context);

  /** Whether {@link #dial} understands this address. Cheap, and free of look-ups. */
  boolean canDial(Address address);

  /**
   * Resolves the name, connects, shakes hands and opens the session. Returns at once.
   *
   * @param deadline over all of it
   * @return fails with a {@link dev.twine.network.TwineException} that names the step that failed.
   *     Cancelling gives the attempt up.
   */
  CompletableFuture<SessionHandle> dial(Address address, Duration deadline);

  /**
   * Looks up the addresses of this strand that a name service has under a name, of those in {@link
   * Discovery#names}. Returns at once; not called on an event loop.
   *
   * @return empty if names of this form are not for this transport; else fails with a reason that a
   *     person can read
   */
  default Optional<CompletableFuture<List<Address>>> lookUp(String name) {
    return Optional.empty();
  }

  /** What only this strand can count. Any thread; empty before {@link #listen}. */
  default List<Metric> metrics() {
    return List.of();
  }

  /**
   * Stops listening and gives up handshakes and dials that are under way. Open sessions are closed by
   * the engine. Waits briefly for the listeners, never on an event loop. Harmless when repeated or
   * when {@link #listen} failed.
   */
  void close();

  /**
   * When a closed transport has let go of its connections, and with them of the event loops, which
   * the engine then ends. Completes soon after the sessions have closed; what takes longer is cut off.
   */
  default CompletableFuture<Void> closed() {
    return CompletableFuture.completedFuture(null);
  }
}
