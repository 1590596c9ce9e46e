package dev.twine.p2p;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twine.gossip.GossipConfig;
import dev.twine.http.PeerHttp;
import dev.twine.http.PeerHttpConfig;
import dev.twine.http.PeerHttpException;
import dev.twine.http.ServiceLimits;
import dev.twine.http.ServiceLimits.Rate;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.Metric;
import dev.twine.network.PeerRef;
import dev.twine.network.Tag;
import dev.twine.network.TwineException.Code;
import dev.twine.testkit.Eventually;
import dev.twine.testkit.Inbox;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services of whole nodes, called over the streams of their gossip connection. */
@Timeout(60)
class P2pServicesTest {
  private static final Tag VOTE = Tag.of("AV");
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final PeerHttpConfig GENEROUS =
      PeerHttpConfig.defaults().withRate(new Rate(1000, 1000), DEADLINE).withMaxResponseBytes(0);

  private final List<GossipNode> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(GossipNode::close);
  }

  @Test
  void eitherEndCallsTheOtherOnStreamsThatAreKept() throws Exception {
    GossipNode[] pair = pair();
    for (GossipNode node : pair) {
      node.serve(
          "/who/{name}",
          (request, response) -> response.send(
              request.parameter("name") + " " + request.caller().nodeId().orElseThrow()));
    }
    OkHttpClient there = client(pair[0], pair[1]);
    OkHttpClient back = client(pair[1], pair[0]);

    for (int i = 0; i < 5; i++) {
      assertThat(get(there, "/who/a")).isEqualTo("a " + pair[0].nodeId());
      assertThat(get(back, "/who/b")).isEqualTo("b " + pair[1].nodeId());
    }

    for (GossipNode node : pair) {
      assertThat(metric(node, "twine_http_connections")).isEqualTo(1);
      assertThat(metric(node, "twine_http_requests_total")).isEqualTo(5);
    }
  }

  @Test
  void bodiesStreamBothWays() throws Exception {
    GossipNode[] pair = pair();
    pair[1].serve("/keep", (request, response) -> {
      byte[] all = request.body().readAllBytes();
      try (OutputStream out = response.body()) {
        out.write(all);
      }
    });
    byte[] sent = new byte[5 << 20];
    new Random(5).nextBytes(sent);

    var request = new Request.Builder().url(PeerHttp.url("/keep")).post(RequestBody.create(sent));
    try (Response response = client(pair[0], pair[1]).newCall(request.build()).execute()) {
      assertThat(response.body().bytes()).isEqualTo(sent);
    }
  }

  @Test
  void tellsWhatItServes() throws Exception {
    GossipNode[] pair = pair();
    pair[1].serve("/hello/1/*", (request, response) -> response.send("hello"));

    assertThat(get(client(pair[0], pair[1]), "/.well-known/libp2p/protocols"))
        .isEqualTo("{\"/hello/1\":{\"path\":\"/hello/1/\"}}");
  }

  @Test
  void aCallThatIsCancelledEndsItsStreamAtOnceAtBothEnds() throws Exception {
    GossipNode[] pair = pair();
    var broken = new CountDownLatch(1);
    pair[1].serve("/endless", (request, response) -> {
      try {
        endless(response.body(), new AtomicLong());
      } catch (IOException e) {
        broken.countDown();
        throw e;
      }
    });
    Call call = client(pair[0], pair[1]).newCall(request("/endless"));
    try (Response response = call.execute()) {
      response.body().byteStream().readNBytes(1 << 20);

      call.cancel();

      assertThatThrownBy(() -> response.body().bytes()).isInstanceOf(IOException.class);
    }
    assertThat(broken.await(10, TimeUnit.SECONDS)).isTrue();
    Eventually.until("no stream", () -> metric(pair[1], "twine_http_connections") == 0);
    assertThat(pair[0].peers().list()).as("gossip goes on").hasSize(1);
  }

  /** More streams in a moment than a peer may reset. */
  @Test
  void streamsThatAreLetGoAfterTheirAnswerAreNotTakenForBrokenOff() throws Exception {
    GossipNode[] pair = pair();
    pair[1].serve("/well", (request, response) -> response.send("well"));
    long session = pair[0].peers().list().get(0).session().number();
    OkHttpClient client = client(pair[0], pair[1]);

    for (int i = 0; i < 250; i++) {
      assertThat(get(client, "/well")).isEqualTo("well");
      client.connectionPool().evictAll();
    }

    assertThat(pair[0].peers().list())
        .singleElement()
        .satisfies(peer -> assertThat(peer.session().number()).isEqualTo(session));
    Eventually.until("no stream", () -> metric(pair[1], "twine_http_connections") == 0);
  }

  @Test
  void beyondTheRateOfAPeerComes429AndWhenToReturn() throws Exception {
    GossipNode[] pair = pair(ServiceLimits.defaults().withRates(new Rate(1, 2), new Rate(9, 9)));
    pair[1].serve("/a", (request, response) -> response.send("a"));
    OkHttpClient client = client(pair[0], pair[1]);
    assertThat(get(client, "/a")).isEqualTo("a");
    assertThat(get(client, "/a")).isEqualTo("a");

    try (Response response = client.newCall(request("/a")).execute()) {
      assertThat(response.code()).isEqualTo(429);
      assertThat(response.header("Retry-After")).isEqualTo("1");
    }
  }

  @Test
  void aDownloadThatNobodyReadsHoldsUpNoVote() throws Exception {
    GossipNode[] pair = pair();
    var written = new AtomicLong();
    pair[1].serve("/endless", (request, response) -> endless(response.body(), written));
    var inbox = new Inbox();
    pair[0].handle(VOTE, inbox);

    try (Response response =
        client(pair[0], pair[1]).newCall(request("/endless")).execute()) {
      assertThat(response.code()).isEqualTo(200);
      Eventually.until("as much as the windows hold", () -> written.get() > 256 << 10);
      for (int i = 0; i < 100; i++) {
        pair[1].broadcast(VOTE, ("vote " + i).getBytes(UTF_8));
      }
      assertThat(inbox.await(100, DEADLINE)).hasSize(100);
    }
  }

  @Test
  void votesArriveWhileADownloadTakesAllThatItCan() throws Exception {
    GossipNode[] pair = pair();
    var written = new AtomicLong();
    pair[1].serve("/endless", (request, response) -> endless(response.body(), written));
    var inbox = new Inbox();
    pair[0].handle(VOTE, inbox);

    Call call = client(pair[0], pair[1]).newCall(request("/endless"));
    try (Response response = call.execute()) {
      InputStream body = response.body().byteStream();
      var reading = CompletableFuture.runAsync(() -> readAll(body));
      for (int i = 0; i < 100; i++) {
        long before = written.get();
        Eventually.until("the download goes on", () -> written.get() > before + (64 << 10));
        pair[1].broadcast(VOTE, ("vote " + i).getBytes(UTF_8));
        assertThat(inbox.await(i + 1, DEADLINE)).hasSize(i + 1);
      }
      assertThat(reading).isNotDone();
      call.cancel();
      reading.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aNodeThatClosesEndsItsCallsAndThoseOfItsPeersWithoutWaiting() throws Exception {
    GossipNode[] pair = pair();
    var running = new CountDownLatch(1);
    pair[1].serve("/waits", (request, response) -> {
      running.countDown();
      request.body().readAllBytes();
      new CountDownLatch(1).await(60, TimeUnit.SECONDS);
    });
    pair[1].serve("/a", (request, response) -> response.send("a"));
    OkHttpClient client = client(pair[0], pair[1]);
    assertThat(get(client, "/a")).as("this stream is kept").isEqualTo("a");
    var outcome = new CompletableFuture<Throwable>();
    new Thread(() -> {
          try {
            outcome.complete(new AssertionError(get(client, "/waits")));
          } catch (IOException e) {
            outcome.complete(e);
          }
        })
        .start();
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

    pair[1].close();

    assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    Eventually.until("no session", () -> pair[0].peers().list().isEmpty());
    assertThatThrownBy(() -> get(client(pair[0], pair[1]), "/a"))
        .isInstanceOfSatisfying(
            PeerHttpException.class, e -> assertThat(e.code()).isEqualTo(Code.NO_SUCH_PEER));
  }

  private GossipNode[] pair() throws Exception {
    return pair(ServiceLimits.defaults().withRates(new Rate(1000, 1000), new Rate(1000, 1000)));
  }

  private GossipNode[] pair(ServiceLimits limits) throws Exception {
    GossipNode one = start(limits);
    GossipNode other = start(limits);
    one.peers().connect(other.addresses().get(0), DEADLINE).get(15, TimeUnit.SECONDS);
    Eventually.until("seen", () -> other.peers().list().size() == 1);
    return new GossipNode[] {one, other};
  }

  private GossipNode start(ServiceLimits limits) {
    GossipNode node = P2pNetwork.create(
        GossipConfig.of(NodeKey.generate(KeyType.ED25519), "net").withServices(limits),
        P2pConfig.listening("/ip4/127.0.0.1/tcp/0"));
    nodes.add(node);
    node.start();
    return node;
  }

  private static OkHttpClient client(GossipNode from, GossipNode to) {
    return PeerHttp.client(from, PeerRef.of(to.nodeId()), GENEROUS);
  }

  private static Request request(String path) {
    return new Request.Builder().url(PeerHttp.url(path)).build();
  }

  private static String get(OkHttpClient client, String path) throws IOException {
    try (Response response = client.newCall(request(path)).execute()) {
      return response.body().string();
    }
  }

  private static void endless(OutputStream out, AtomicLong written) throws IOException {
    byte[] block = new byte[16 << 10];
    while (true) {
      out.write(block);
      written.addAndGet(block.length);
    }
  }

  private static void readAll(InputStream in) {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The call was cancelled.
    }
  }

  private static double metric(GossipNode node, String name) {
    return node.metrics().stream()
        .filter(one -> one.name().equals(name))
        .mapToDouble(Metric::value)
        .sum();
  }
}
