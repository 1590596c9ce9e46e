package dev.twine.http;

import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerRef;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
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
 * <p>Requests beyond the rate wait, up to the queue time. The rate is per node and peer, however many
 * clients there are. Failures of this side are {@link PeerHttpException}s.
 */
public final class PeerHttp {
  private static final int MAX_PEERS = 1024;
  private static final int MAX_IDLE_CONNECTIONS = 2;
  /** Less than the keep-alive of the service side, so that it is not the one to close first. */
  private static final long IDLE_SECONDS = 30;

  private static final Map<GossipNode, Map<PeerRef, Bucket>> BUCKETS = new WeakHashMap<>();

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
        .connectionPool(new ConnectionPool(MAX_IDLE_CONNECTIONS, IDLE_SECONDS, TimeUnit.SECONDS))
        .connectTimeout(config.connectTime())
        .readTimeout(config.readTime())
        .writeTimeout(config.writeTime())
        .addInterceptor(new PeerInterceptor(peer, bucket(node, peer, config), config))
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

  private static Bucket bucket(GossipNode node, PeerRef peer, PeerHttpConfig config) {
    synchronized (BUCKETS) {
      return BUCKETS
          .computeIfAbsent(node, unseen -> new Recent<>(MAX_PEERS))
          .computeIfAbsent(
              peer, unseen -> RateLimits.bucket(config.rate(), TimeMeter.SYSTEM_NANOTIME));
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
