package dev.twine.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.twine.gossip.GossipConfig;
import dev.twine.http.PeerHttp;
import dev.twine.hybrid.HybridNetwork;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.Tag;
import dev.twine.network.TagSpec;
import dev.twine.p2p.P2pConfig;
import dev.twine.p2p.P2pNetwork;
import dev.twine.ws.WsConfig;
import dev.twine.ws.WsNetwork;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Request;

/** The Java example of README.md, which has everything from the class declaration on. */
public final class ReadmeExample {
  public static void main(String[] args) throws Exception {
    String mode = args.length == 0 ? "hybrid" : args[0];
    try (GossipNode alice = node(mode);
        GossipNode bob = node(mode)) {
      var heard = new CompletableFuture<String>();
      bob.handle(Tag.of("nw"), message -> heard.complete(new String(message.payload(), UTF_8)));
      alice.serve(
          "/hello/{name}",
          (request, response) -> response.send("Hello, " + request.parameter("name") + "!"));
      alice.start();
      bob.start();
      bob.peers().connect(alice.addresses().get(0), Duration.ofSeconds(5)).get();

      alice.broadcast(Tag.of("nw"), "the news".getBytes(UTF_8));
      System.out.println("bob heard: " + heard.get(5, TimeUnit.SECONDS));

      var http = PeerHttp.client(bob, PeerRef.of(alice.nodeId()));
      var request = new Request.Builder().url(PeerHttp.url("/hello/bob")).build();
      try (var response = http.newCall(request).execute()) {
        System.out.println("alice says: " + response.body().string());
      }
    }
  }

  private static GossipNode node(String mode) {
    var gossip = GossipConfig.of(NodeKey.generate(KeyType.ED25519), "demo")
        .withTags(List.of(TagSpec.of("nw")));
    var ws = WsConfig.listening("127.0.0.1", 0);
    var p2p = P2pConfig.listening("/ip4/127.0.0.1/tcp/0");
    return switch (mode) {
      case "ws" -> WsNetwork.create(gossip, ws);
      case "p2p" -> P2pNetwork.create(gossip, p2p);
      default -> HybridNetwork.create(gossip, ws, p2p);
    };
  }
}
