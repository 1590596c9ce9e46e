package dev.twine.ws;

import dev.twine.gossip.ServiceRoute;
import dev.twine.gossip.SessionHandle;
import dev.twine.gossip.TransportContext;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import dev.twine.network.TwineException.Code;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Opens sessions to addresses. Safe for use by several threads; none of its methods waits. */
final class Dialler implements AutoCloseable {
  /** Addresses of one name that are tried, in the order of the resolver. */
  private static final int MAX_CANDIDATES = 4;

  /** Steps, not connections: more than all handshakes that may be pending have at one time. */
  private static final int MAX_WAITING_HANDSHAKES = 1_024;

  private final TransportContext context;
  private final Trust trust;
  private final ClientTls tls;
  private final RetryTimes retryTimes = new RetryTimes();
  private final ThreadPoolExecutor resolver = WaitingThreads.start("twine-ws-resolve", 4, 256);
  private final ThreadPoolExecutor routes = WaitingThreads.start("twine-ws-route", 16, 64);
  private final ThreadPoolExecutor handshakes = WaitingThreads.start(
      "twine-ws-handshake",
      Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
      MAX_WAITING_HANDSHAKES);
  private final Set<Dial> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** @throws TwineException of code BAD_VALUE if the trusted certificates cannot be used */
  Dialler(TransportContext context, Trust trust) {
    this.context = context;
    this.trust = trust;
    this.tls = new ClientTls(trust);
  }

  CompletableFuture<SessionHandle> dial(Address address, Duration deadline) {
    if (trustsAnyCertificate() && address.secure() && address.nodeId().isEmpty()) {
      return CompletableFuture.failedFuture(DialStep.TLS.refused(
          Code.BAD_VALUE,
          "certificates are not checked, so the address must name the node",
          address,
          "give wss://NODE_ID@HOST:PORT"));
    }
    long wait = retryTimes.secondsLeft(address, context.clock().nanoTime());
    if (wait > 0) {
      return CompletableFuture.failedFuture(DialStep.UPGRADE.refused(
          Code.REFUSED, "the peer asked for time", address, "try again in " + wait + " s"));
    }
    var dial = new Dial(this, address, deadline);
    underWay.add(dial);
    dial.result().whenComplete((session, failure) -> underWay.remove(dial));
    if (closed) {
      dial.fail(closedNode(address));
    }
    resolve(dial);
    return dial.result();
  }

  private void resolve(Dial dial) {
    Address address = dial.address();
    InetAddress literal = NetUtil.createInetAddressFromIpAddressString(address.host());
    if (literal != null && (!address.secure() || tls.isMade())) {
      dial.connect(new ArrayDeque<>(List.of(literal)));
      return;
    }
    try {
      resolver.execute(() -> lookUp(dial));
    } catch (RejectedExecutionException full) {
      dial.fail(DialStep.RESOLVE.refused(
          Code.REFUSED, "too many names are being resolved", address, "try again later"));
    }
  }

  /** Asks the JDK anew for each dial: a node may have moved. */
  private void lookUp(Dial dial) {
    if (dial.result().isDone()) {
      return;
    }
    try {
      if (dial.address().secure()) {
        tls.context(); // Here, where a thread may take its time.
      }
      InetAddress[] found = InetAddress.getAllByName(dial.address().host());
      Deque<InetAddress> candidates =
          new ArrayDeque<>(Arrays.asList(found).subList(0, Math.min(found.length, MAX_CANDIDATES)));
      dial.connect(candidates);
    } catch (UnknownHostException e) {
      dial.fail(DialStep.RESOLVE.unreachable(dial.address(), null));
    } catch (TwineException e) {
      dial.fail(e);
    }
  }

  TransportContext context() {
    return context;
  }

  ClientTls tls() {
    return tls;
  }

  /** Bounded: a step that finds it full is refused, which ends that handshake. */
  Executor handshakes() {
    return handshakes;
  }

  RetryTimes retryTimes() {
    return retryTimes;
  }

  /** Whether a certificate tells nothing, so that a proof has to cover the connection. */
  boolean trustsAnyCertificate() {
    return trust instanceof Trust.Unchecked;
  }

  /**
   * The way to the services of the node that was dialled there, or said it could be; null if there is
   * no telling that node from another one.
   *
   * @param shown the certificate by which it showed itself, null in the clear or if it dialled us
   */
  @Nullable
  ServiceRoute route(Address address, @Nullable Certificate shown) {
    if (!address.secure()) {
      return new TcpServiceRoute(address, Optional.empty(), routes);
    }
    if (!trustsAnyCertificate()) {
      return new TcpServiceRoute(address, Optional.of(() -> Tls.sockets(tls.context())), routes);
    }
    if (shown == null) {
      return null;
    }
    SSLSocketFactory pinned = PinnedCertificate.sockets(shown);
    return new TcpServiceRoute(address, Optional.of(() -> pinned), routes);
  }

  @Override
  public void close() {
    closed = true;
    underWay.forEach(dial -> dial.fail(closedNode(dial.address())));
    resolver.shutdownNow();
    routes.shutdownNow();
    handshakes.shutdownNow();
  }

  private static TwineException closedNode(Address address) {
    return new TwineException(
        Code.CLOSED, "the node closed while it dialled", address.toString(), "start it again");
  }
}
