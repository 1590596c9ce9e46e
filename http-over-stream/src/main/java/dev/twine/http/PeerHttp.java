package dev.twine.http;

import dev.twine.network.GossipNode;
import dev.twine.network.Metric;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerRef;
import java.net.Proxy;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/**
 * HTTP clients for the services of peers.
 *
 * <p>A client is an ordinary OkHttpClient, bound to one peer: its connections are streams that the
 * node opens. URLs begin with {@link #url}; any other host is refused. It follows no redirect, uses
 * no proxy, keeps no cookies, and has connections and threads of its own, which end when idle. Its
 * calls wait, so they fail with an {@link IllegalStateException} on an event loop, and on the threads
 * of a node that handle messages.
 *
 * <p>Requests beyond the rate, and beyond how many may be open at once, wait up to the queue time.
 * Both limits are per node and peer, however many clients there are; the first of them says how much.
 * So close responses. Failures of this side are {@link PeerHttpException}s.
 *
 * <p>{@code client.newBuilder()} makes a variant with interceptors and timeouts of its own that shares
 * connections and limits. One with an event listener of its own resets the libp2p streams that it lets
 * go, instead of ending them.
 */
public final class PeerHttp {
  private static final int MAX_PEERS = 1024;
  /** Less than the keep-alive of the service side, so that it is not the one to close first. */
  private static final long IDLE_SECONDS = 30;

  private static final Map<GossipNode, Calls> CALLS = new WeakHashMap<>();

  /** All calls of one node. */
  private record Calls(Map<PeerRef, PeerGate> gates, CallCounters counters) {
    PeerGate gate(PeerRef peer, PeerHttpConfig config) {
      synchronized (gates) {
        return gates.computeIfAbsent(
            peer, unseen -> new PeerGate(config.concurrency(), config.rate()));
      }
    }
  }

  private PeerHttp() {}

  /** A client with {@link PeerHttpConfig#defaults}. */
  public static OkHttpClient client(GossipNode node, PeerRef peer) {
    return client(node, peer, PeerHttpConfig.defaults());
  }

  /**
   * A client for the services of one peer. Opens nothing yet; whether there is a way to the peer
   * shows at the first call.
   */
  public static OkHttpClient client(GossipNode node, PeerRef peer, PeerHttpConfig config) {
    Calls calls = calls(node);
    PeerGate gate = calls.gate(peer, config);
    return new OkHttpClient.Builder()
        .socketFactory(new StreamSocketFactory(node, peer))
        .dns(host -> List.of(StreamSocketFactory.ADDRESS))
        .proxy(Proxy.NO_PROXY)
        .protocols(List.of(Protocol.HTTP_1_1))
        .followRedirects(false)
        .followSslRedirects(false)
        .fastFallback(false)
        .cookieJar(CookieJar.NO_COOKIES)
        .dispatcher(new Dispatcher())
        .connectionPool(new ConnectionPool(config.concurrency(), IDLE_SECONDS, TimeUnit.SECONDS))
        .eventListenerFactory(call -> new Settling())
        .connectTimeout(config.connectTime())
        .readTimeout(config.readTime())
        .writeTimeout(config.writeTime())
        .addInterceptor(new PeerInterceptor(peer, gate, calls.counters(), config))
        .addNetworkInterceptor(chain -> chain.proceed(
            chain.request().newBuilder().header("Host", hostOf(node, peer)).build()))
        .build();
  }

  /**
   * The URL of a path at the peer.
   *
   * @param pathAndQuery begins with a slash
   */
  public static HttpUrl url(String pathAndQuery) {
    if (!pathAndQuery.startsWith("/")) {
      throw new IllegalArgumentException("a path begins with a slash, not: " + pathAndQuery);
    }
    return HttpUrl.get("http://" + StreamSocketFactory.HOST + pathAndQuery);
  }

  /** What became of the calls of a node to all its peers: counters, and how many run. */
  public static List<Metric> metrics(GossipNode node) {
    return calls(node).counters().metrics();
  }

  private static Calls calls(GossipNode node) {
    synchronized (CALLS) {
      return CALLS.computeIfAbsent(
          node, unseen -> new Calls(new Recent<>(MAX_PEERS), new CallCounters()));
    }
  }

  /** The node ID as its owner writes it, if it is known: what other implementations send as well. */
  private static String hostOf(GossipNode node, PeerRef peer) {
    if (peer instanceof PeerRef.Node named) {
      return named.id().toString();
    }
    for (PeerInfo info : node.peers().list()) {
      if (info.session().equals(peer) && info.nodeId() != null) {
        return info.nodeId().toString();
      }
    }
    return StreamSocketFactory.HOST;
  }
}
