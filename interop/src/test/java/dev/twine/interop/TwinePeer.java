package dev.twine.interop;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeId;
import dev.twine.identity.NodeKey;
import dev.twine.libp2p.Host;
import dev.twine.libp2p.core.Connection;
import dev.twine.libp2p.core.Limits;
import dev.twine.libp2p.core.Multiaddr;
import dev.twine.libp2p.core.StreamChannel;
import dev.twine.libp2p.core.StreamRequest;
import dev.twine.libp2p.core.identify.IdentifyInfo;
import dev.twine.libp2p.core.perf.Perf;
import dev.twine.libp2p.core.perf.PerfResult;
import dev.twine.libp2p.core.ping.Ping;
import dev.twine.libp2p.core.ping.PingStream;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.awaitility.Awaitility;

/** Our host behind the commands that the foreign peers understand. */
final class TwinePeer implements Peer {
  private static final Duration DEADLINE = Duration.ofSeconds(40);
  static final String AGENT = "twine-interop";

  private static final int STREAMS = 4096;
  private static final int OPENS_PER_SECOND = 100_000;

  private final TwineHttp http = new TwineHttp();
  private final Host host;
  private final Collection<StreamChannel> stalled = new ConcurrentLinkedQueue<>();
  private final Map<Long, StallCall> stalls = new ConcurrentHashMap<>();
  private final AtomicLong lastHandle = new AtomicLong();

  private TwinePeer(Setting setting) {
    Limits limits = Limits.defaults();
    KeyType type = KeyType.valueOf(setting.key().toUpperCase(Locale.ROOT));
    String transport = setting.wss().isPresent() ? "wss" : setting.transport();
    this.host = Stack.of(transport, setting.security(), LoopbackTls::ends)
        .listening("127.0.0.1")
        .key(NodeKey.generate(type))
        .earlyMuxer(setting.early())
        .identifyAs("/twine/interop", AGENT)
        // A thousand streams at once are one of the tests.
        .limits(limits
            .with(limits.connection().streams().withStreams(STREAMS, STREAMS))
            .with(limits.connection().rates().withOpens(OPENS_PER_SECOND, STREAMS)))
        .protocol(TestProtocols.echo(TestProtocols.ECHO))
        .protocol(TestProtocols.stall(stalled))
        .protocol(TestProtocols.reset())
        .protocol(new Perf())
        .protocol(http.streams())
        .start();
  }

  static TwinePeer start(Setting setting) {
    return new TwinePeer(setting);
  }

  boolean isConnected(String peer) {
    return find(peer).isPresent();
  }

  private Optional<Connection> find(String peer) {
    return all(peer).findFirst();
  }

  private Stream<Connection> all(String peer) {
    NodeId id = NodeId.parse(peer);
    return host.connections().stream()
        .filter(connection -> connection.peer().equals(id) && connection.isOpen());
  }

  private Connection required(String peer) {
    return find(peer)
        .orElseThrow(() -> new PeerFailure("not connected: " + peer + ": dial first", null));
  }

  @Override
  public String id() {
    return host.id().toString();
  }

  @Override
  public String library() {
    return "twine";
  }

  @Override
  public String listen() {
    return host.addresses().get(0).withPeer(host.id()).toString();
  }

  @Override
  public Duration dial(String address) {
    long started = System.nanoTime();
    await(host.connect(Multiaddr.parse(address)));
    return Duration.ofNanos(System.nanoTime() - started);
  }

  @Override
  public Link connection(String peer) {
    Awaitility.await().atMost(DEADLINE).until(() -> isConnected(peer));
    return link(required(peer));
  }

  private static Link link(Connection connection) {
    return new Link(connection.security(), connection.muxer(), !connection.initiator(), false);
  }

  @Override
  public List<Duration> ping(String peer, int count) {
    List<Duration> times = new ArrayList<>();
    try (PingStream pings = await(Ping.open(required(peer), DEADLINE))) {
      for (int i = 0; i < count; i++) {
        times.add(await(pings.ping(DEADLINE)));
      }
      return times;
    }
  }

  @Override
  public Identity identify(String peer) {
    IdentifyInfo info = await(host.identify().identify(required(peer)));
    return new Identity(
        info.agentVersion(),
        info.protocols(),
        info.listenAddresses().stream().map(Multiaddr::toString).toList(),
        info.observedAddress().map(Multiaddr::toString).orElse(""),
        info.record().isPresent());
  }

  @Override
  public void handle(String protocol) {
    host.handle(TestProtocols.echo(protocol));
  }

  @Override
  public void awaitProtocol(String peer, String protocol) {
    Connection connection = required(peer);
    Awaitility.await("announcement of " + protocol)
        .atMost(DEADLINE)
        .until(() -> host.identify()
            .known(connection)
            .filter(info -> info.protocols().contains(protocol))
            .isPresent());
  }

  @Override
  public void open(String peer, String protocol) {
    // Two names make the negotiation wait for the peer's answer.
    StreamRequest request = new StreamRequest(
        List.of(protocol, protocol + "/other"), new ChannelInboundHandlerAdapter(), DEADLINE);
    await(required(peer).open(request)).close();
  }

  @Override
  public void echo(String peer, int count, long bytes) {
    List<Opened<EchoCall>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(open(peer, TestProtocols.ECHO, new EchoCall(bytes), EchoCall::begin));
    }
    all.forEach(one -> await(one.handler().opened()));
    all.forEach(one -> one.run(EchoCall::proceed));
    all.forEach(one -> await(one.handler().finished()));
  }

  @Override
  public long stall(String peer, long bytes) {
    long handle = lastHandle.incrementAndGet();
    StallCall call = new StallCall(bytes);
    stalls.put(handle, call);
    open(peer, TestProtocols.STALL, call, StallCall::begin);
    return handle;
  }

  @Override
  public long stalled(long handle) {
    StallCall call = stalls.get(handle);
    if (call.finished().isCompletedExceptionally()) {
      await(call.finished());
    }
    return call.written();
  }

  @Override
  public void release() {
    stalled.removeIf(stream -> {
      stream.config().setAutoRead(true);
      return true;
    });
  }

  @Override
  public long finish(long handle) {
    return await(stalls.get(handle).finished());
  }

  @Override
  public String reset(String peer) {
    return await(open(peer, TestProtocols.RESET, new ResetCall(), ResetCall::begin)
        .handler()
        .outcome());
  }

  @Override
  public Duration perf(String peer, long upload, long download) {
    PerfResult result = await(Perf.run(required(peer), upload, download).result());
    if (result.uploaded() != upload || result.downloaded() != download) {
      throw new PeerFailure("other amounts: " + result, null);
    }
    return result.total();
  }

  @Override
  public void disconnect(String peer) {
    all(peer).map(Connection::close).toList().forEach(TwinePeer::await);
  }

  @Override
  public void awaitClosed(String peer) {
    Awaitility.await().atMost(DEADLINE).until(() -> !isConnected(peer));
  }

  /** A client for the services of a connected peer. */
  OkHttpClient http(String peer) {
    return http.client(required(peer));
  }

  @Override
  public void close() {
    host.close();
    http.close();
  }

  private <H extends ChannelHandler> Opened<H> open(
      String peer, String id, H handler, BiConsumer<H, ChannelHandlerContext> begin) {
    StreamChannel stream =
        await(required(peer).open(new StreamRequest(List.of(id), handler, DEADLINE)));
    Opened<H> opened = new Opened<>(stream, handler);
    opened.run(begin);
    return opened;
  }

  /** A stream with the handler that uses it. */
  private record Opened<H extends ChannelHandler>(StreamChannel stream, H handler) {
    void run(BiConsumer<H, ChannelHandlerContext> action) {
      stream.eventLoop().execute(() -> {
        ChannelHandlerContext context = stream.pipeline().context(handler);
        if (context != null) {
          action.accept(handler, context);
        }
      });
    }
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw new PeerFailure(String.valueOf(failed.getCause().getMessage()), failed.getCause());
    } catch (TimeoutException late) {
      throw new PeerFailure("nothing within " + DEADLINE, late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new PeerFailure("interrupted", interrupted);
    }
  }
}
