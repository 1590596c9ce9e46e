package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.PeerRef;
import dev.twine.network.ServiceStream;
import dev.twine.network.TwineException;
import io.netty.util.LeakPresenceDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerHttpTest {
  private final Server server = new Server(Server.GENEROUS.withMaxBodyBytes(64 << 20));
  private final AtomicInteger opened = new AtomicInteger();
  private final PeerRef.Node peer =
      new PeerRef.Node(NodeKey.generate(KeyType.ED25519).nodeId());
  private final PeerHttpConfig config = PeerHttpConfig.defaults()
      .withRate(new ServiceLimits.Rate(1000, 1000), Duration.ofSeconds(10));

  @AfterEach
  void stop() {
    server.close();
  }

  @AfterAll
  static void nothingLeaked() {
    LeakPresenceDetector.check();
  }

  @Test
  void reusesItsStreamAndSendsTheNodeIdAsItIsWritten() throws IOException {
    server.router.serve(
        "/host", (request, response) -> response.send(request.header("host").orElseThrow()));
    OkHttpClient client = PeerHttp.client(node(this::tcp), peer, config);

    for (int i = 0; i < 5; i++) {
      assertThat(get(client, "/host")).isEqualTo(peer.id().toString());
    }
    assertThat(opened).hasValue(1);
  }

  @Test
  void streamsBothWays() throws IOException {
    server.router.serve("/echo", (request, response) -> {
      try (OutputStream out = response.body()) {
        request.body().transferTo(out);
      }
    });
    byte[] sent = new byte[4 << 20];
    new Random(3).nextBytes(sent);
    OkHttpClient client = PeerHttp.client(node(this::tcp), peer, config);

    var request = new Request.Builder().url(PeerHttp.url("/echo")).post(RequestBody.create(sent));
    try (Response response = client.newCall(request.build()).execute()) {
      assertThat(response.body().bytes()).isEqualTo(sent);
    }
  }

  @Test
  void failsAtOnceWithoutARoute() {
    OkHttpClient client = PeerHttp.client(
        node(() -> CompletableFuture.failedFuture(
            new TwineException(TwineException.Code.NO_HTTP_ROUTE, "no route", "x", "y"))),
        peer,
        config);

    assertThatExceptionOfType(PeerHttpException.class)
        .isThrownBy(() -> get(client, "/a"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TwineException.Code.NO_HTTP_ROUTE));
  }

  @Test
  void aPeerThatNeverOpensTimesOut() {
    OkHttpClient client = PeerHttp.client(
        node(CompletableFuture::new),
        peer,
        config.withTimes(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(1)));

    assertThatThrownBy(() -> get(client, "/a")).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void waitsForTheRateAndThenFails() throws IOException {
    server.router.serve("/a", (request, response) -> response.send("a"));
    GossipNode node = node(this::tcp);
    var slow = config.withRate(new ServiceLimits.Rate(2, 1), Duration.ofMillis(800));
    OkHttpClient client = PeerHttp.client(node, peer, slow);

    long start = System.nanoTime();
    assertThat(get(client, "/a")).isEqualTo("a");
    assertThat(get(client, "/a")).isEqualTo("a");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(400));
    OkHttpClient impatient = PeerHttp.client(node, peer, slow.withRate(slow.rate(), Duration.ZERO));
    assertThatExceptionOfType(PeerHttpException.class)
        .as("another client of the same node and peer has the same bucket")
        .isThrownBy(() -> get(impatient, "/a"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TwineException.Code.RATE_LIMITED));
  }

  @Test
  void stopsAtTheLimitOfAResponseWithoutAnEnd() {
    server.router.serve("/endless", (request, response) -> {
      try (OutputStream out = response.body()) {
        while (true) {
          out.write(new byte[8192]);
        }
      }
    });
    OkHttpClient client =
        PeerHttp.client(node(this::tcp), peer, config.withMaxResponseBytes(100_000));

    assertThatExceptionOfType(PeerHttpException.class)
        .isThrownBy(() -> get(client, "/endless"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TwineException.Code.TOO_LARGE));
  }

  @Test
  void cancellingACallResetsItsStream() throws Exception {
    var running = new CountDownLatch(1);
    var broken = new CountDownLatch(1);
    server.router.serve("/endless", (request, response) -> {
      try (OutputStream out = response.body()) {
        running.countDown();
        while (true) {
          out.write(new byte[8192]);
        }
      } catch (IOException e) {
        broken.countDown();
        throw e;
      }
    });
    OkHttpClient client = PeerHttp.client(node(this::tcp), peer, config);
    Call call =
        client.newCall(new Request.Builder().url(PeerHttp.url("/endless")).build());
    try (Response response = call.execute()) {
      assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

      call.cancel();

      assertThatThrownBy(() -> response.body().bytes()).isInstanceOf(IOException.class);
    }
    assertThat(broken.await(10, TimeUnit.SECONDS)).as("the service notices").isTrue();
    await().until(() -> server.context.counters().openConnections() == 0);
  }

  @Test
  void refusesToWaitOnAnEventLoop() throws Exception {
    OkHttpClient client = PeerHttp.client(node(this::tcp), peer, config);
    var failures = new CompletableFuture<List<Throwable>>();
    Thread loop = new FastThreadLocalThread(() -> failures.complete(List.of(
        catchThrowable(() -> get(client, "/a")),
        catchThrowable(() -> TcpServiceStream.connect(
            "127.0.0.1", server.port(), Optional.empty(), Duration.ofSeconds(5))))));
    loop.start();

    assertThat(failures.get(10, TimeUnit.SECONDS))
        .hasSize(2)
        .allSatisfy(failure -> assertThat(failure).isInstanceOf(IllegalStateException.class));
    assertThat(opened).hasValue(0);
  }

  @Test
  void followsNoRedirectAndAsksNoOtherHost() throws IOException {
    server.router.serve(
        "/r",
        (request, response) ->
            response.status(302).header("Location", "http://127.0.0.1/").send(""));
    OkHttpClient client = PeerHttp.client(node(this::tcp), peer, config);

    try (Response response =
        client.newCall(new Request.Builder().url(PeerHttp.url("/r")).build()).execute()) {
      assertThat(response.code()).isEqualTo(302);
    }
    assertThatThrownBy(() -> client
            .newCall(new Request.Builder().url("http://127.0.0.1/").build())
            .execute())
        .isInstanceOf(PeerHttpException.class);
  }

  private CompletableFuture<ServiceStream> tcp() {
    opened.incrementAndGet();
    try {
      return CompletableFuture.completedFuture(TcpServiceStream.connect(
          "127.0.0.1", server.port(), Optional.empty(), Duration.ofSeconds(5)));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static String get(OkHttpClient client, String path) throws IOException {
    var request = new Request.Builder().url(PeerHttp.url(path)).build();
    try (Response response = client.newCall(request).execute()) {
      return response.body().string();
    }
  }

  /** A node that does nothing but open streams. */
  private static GossipNode node(
      java.util.function.Supplier<CompletableFuture<ServiceStream>> opener) {
    return (GossipNode) Proxy.newProxyInstance(
        PeerHttpTest.class.getClassLoader(),
        new Class<?>[] {GossipNode.class},
        (self, method, arguments) -> switch (method.getName()) {
          case "openServiceStream" -> opener.get();
          case "hashCode" -> System.identityHashCode(self);
          case "equals" -> self == arguments[0];
          default -> throw new UnsupportedOperationException(method.getName());
        });
  }
}
