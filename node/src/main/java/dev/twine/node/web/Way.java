package dev.twine.node.web;

import dev.twine.http.PeerHttp;
import dev.twine.network.Address;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerInfo;
import dev.twine.network.PeerRef;
import dev.twine.node.config.Mode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * How a stack calls the other process.
 *
 * @param peer its name there
 * @param root the URL of its path /
 * @param node that the sessions are of; null if the stack has none
 */
record Way(
    String peer,
    OkHttpClient client,
    HttpUrl root,
    @Nullable GossipNode node) implements AutoCloseable {
  private static final Duration DIAL = Duration.ofSeconds(20);

  /** As many as are called at a time, or connections would be made again and again. */
  private static final ConnectionPool POOL = new ConnectionPool(512, 1, TimeUnit.MINUTES);

  /** Connects if the stack has sessions. */
  static Way to(String stack, String address)
      throws InterruptedException, ExecutionException, TimeoutException {
    return switch (stack) {
      case WebMain.P2P -> session(Mode.P2P, address);
      case WebMain.WS -> session(Mode.WS, address);
      case WebMain.HYBRID -> session(Mode.HYBRID, address);
      default -> plain(Address.parse(address));
    };
  }

  @Override
  public void close() {
    if (node != null) {
      node.close();
    }
    POOL.evictAll();
  }

  private static Way session(Mode mode, String address)
      throws InterruptedException, ExecutionException, TimeoutException {
    GossipNode node = BenchNodes.calling(mode);
    PeerInfo peer = node.peers()
        .connect(Address.parse(address), DIAL)
        .get(2 * DIAL.toMillis(), TimeUnit.MILLISECONDS);
    PeerRef ref = peer.nodeId() == null ? peer.session() : PeerRef.of(peer.nodeId());
    OkHttpClient client = PeerHttp.client(node, ref, BenchNodes.calls());
    return new Way(ref.toString(), client, PeerHttp.url("/"), node);
  }

  private static Way plain(Address address) {
    OkHttpClient client = new OkHttpClient.Builder()
        .protocols(List.of(Protocol.HTTP_1_1))
        .connectionPool(POOL)
        .readTimeout(BenchNodes.calls().readTime())
        .writeTimeout(BenchNodes.calls().writeTime())
        .build();
    String at = address.hostAndPort();
    return new Way(at, client, HttpUrl.get("http://" + at), null);
  }
}
