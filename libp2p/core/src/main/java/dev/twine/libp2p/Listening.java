package dev.twine.libp2p;

import dev.twine.libp2p.core.FailureReason;
import dev.twine.libp2p.core.HandshakeLimits;
import dev.twine.libp2p.core.Libp2pException;
import dev.twine.libp2p.core.ListenRequest;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.Transport;
import dev.twine.libp2p.core.TransportListener;
import dev.twine.libp2p.core.transport.Loops;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The addresses that a host listens on. */
final class Listening {
  private static final int BIND_SECONDS = 10;

  private final Dialler.Parts parts;
  private final InboundIntake intake;
  private final List<TransportListener> listeners = new ArrayList<>();
  private volatile List<Multiaddr> addresses = List.of();
  private boolean closed;

  Listening(Dialler.Parts parts, HandshakeLimits limits) {
    this.parts = parts;
    this.intake = new InboundIntake(parts, limits.deadline().toMillis());
  }

  /** Blocks; if one fails the caller closes the others. */
  void bind(List<Multiaddr> wanted) {
    if (Loops.isCurrent(parts.context().loops())) {
      throw new IllegalStateException("start on an event loop: it would wait: use another thread");
    }
    for (Multiaddr address : wanted) {
      var request = new ListenRequest(address.withoutPeer(), parts.context());
      add(await(transport(request.address()).listen(request, intake), address));
    }
  }

  List<Multiaddr> addresses() {
    return addresses;
  }

  CompletableFuture<Void> close() {
    List<CompletableFuture<Void>> closing = new ArrayList<>();
    synchronized (this) {
      closed = true;
      for (TransportListener listener : listeners) {
        CompletableFuture<Void> one = new CompletableFuture<>();
        Future<?> closed = listener.close();
        // What is done may have no loop any more to tell a listener on.
        if (closed.isDone()) {
          one.complete(null);
        } else {
          closed.addListener(done -> one.complete(null));
        }
        closing.add(one);
      }
    }
    return CompletableFuture.allOf(closing.toArray(CompletableFuture<?>[]::new));
  }

  private synchronized void add(TransportListener listener) {
    listeners.add(listener);
    if (closed) {
      listener.close();
      return;
    }
    addresses = ListenAddresses.expand(
        listeners.stream().map(TransportListener::address).toList());
  }

  private Transport transport(Multiaddr address) {
    int found = parts.transportOf(address);
    if (found < 0) {
      throw new Libp2pException(
          FailureReason.CANNOT_LISTEN,
          "no transport for the address",
          address.toString(),
          "listen on one like /ip4/0.0.0.0/tcp/4001, or give the host a transport for it");
    }
    return parts.transports().get(found);
  }

  private static TransportListener await(Future<TransportListener> binding, Multiaddr address) {
    binding.awaitUninterruptibly(BIND_SECONDS, TimeUnit.SECONDS);
    if (binding.isSuccess()) {
      return binding.getNow();
    }
    binding.cancel(false);
    if (binding.cause() instanceof Libp2pException known) {
      throw known;
    }
    throw new Libp2pException(
        FailureReason.CANNOT_LISTEN,
        "cannot listen",
        address.toString(),
        "choose an address of this machine and a free port",
        binding.cause());
  }
}
