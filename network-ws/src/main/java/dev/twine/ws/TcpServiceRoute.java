package dev.twine.ws;

import dev.twine.gossip.ServiceRoute;
import dev.twine.http.TcpServiceStream;
import dev.twine.network.Address;
import dev.twine.network.ServiceStream;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;

/** HTTP to the listener of a peer: a TCP connection of its own for each stream. */
final class TcpServiceRoute implements ServiceRoute {
  private final Address address;
  private final Optional<Supplier<SSLSocketFactory>> tls;
  private final Executor waiting;

  /**
   * @param tls empty in the clear; asked on a thread that may wait
   * @param waiting for the calls that wait
   */
  TcpServiceRoute(Address address, Optional<Supplier<SSLSocketFactory>> tls, Executor waiting) {
    this.address = address;
    this.tls = tls;
    this.waiting = waiting;
  }

  @Override
  public CompletableFuture<ServiceStream> open(Duration deadline) {
    var opened = new CompletableFuture<ServiceStream>();
    try {
      waiting.execute(() -> connect(opened, deadline));
    } catch (RejectedExecutionException full) {
      opened.completeExceptionally(unreachable("too many streams are being opened", full));
    }
    return opened;
  }

  private void connect(CompletableFuture<ServiceStream> opened, Duration deadline) {
    if (opened.isDone()) {
      return;
    }
    try {
      var sockets = tls.map(Supplier::get);
      var stream = TcpServiceStream.connect(address.host(), address.port(), sockets, deadline);
      if (!opened.complete(stream)) {
        stream.close();
      }
    } catch (IOException | RuntimeException e) {
      opened.completeExceptionally(unreachable("cannot reach the services of the peer", e));
    }
  }

  private TwineException unreachable(String what, Exception cause) {
    return new TwineException(
        Code.UNREACHABLE,
        what,
        address.toString(),
        "check that the peer still listens there (" + cause.getMessage() + ")",
        cause);
  }
}
