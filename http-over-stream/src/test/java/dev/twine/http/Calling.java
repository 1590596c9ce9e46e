package dev.twine.http;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.Metric;
import dev.twine.network.PeerRef;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;

/** A server of one kind and a node that calls it. */
abstract class Calling {
  final Kind kind;
  final Server server;
  final AtomicInteger opened = new AtomicInteger();
  final PeerRef.Node peer = new PeerRef.Node(NodeKey.generate(KeyType.ED25519).nodeId());
  final PeerHttpConfig config = PeerHttpConfig.defaults()
      .withRate(new ServiceLimits.Rate(1000, 1000), Duration.ofSeconds(10));

  Calling(Kind kind) {
    this.kind = kind;
    server = new Server(kind, Server.GENEROUS.withMaxBodyBytes(64 << 20));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  final GossipNode node() {
    return FakeNode.opening(deadline -> {
      opened.incrementAndGet();
      return server.open();
    });
  }

  /** By its name, or the value of its only label. */
  static double metric(GossipNode node, String name) {
    return PeerHttp.metrics(node).stream()
        .filter(one -> one.name().equals(name) || one.labels().containsValue(name))
        .mapToDouble(Metric::value)
        .sum();
  }

  static Request call(String path) {
    return new Request.Builder().url(PeerHttp.url(path)).build();
  }

  static String get(OkHttpClient client, String path) throws IOException {
    var request = new Request.Builder().url(PeerHttp.url(path)).build();
    try (Response response = client.newCall(request).execute()) {
      return response.body().string();
    }
  }
}
