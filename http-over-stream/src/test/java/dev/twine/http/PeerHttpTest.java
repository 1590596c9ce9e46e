package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.GossipNode;
import dev.twine.network.Metric;
import dev.twine.network.PeerRef;
import dev.twine.network.TwineException;
import io.netty.util.LeakPresenceDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Kind.class)
class PeerHttpTest {
  private static final int BLOCKS = 24;

  private final Kind kind;
  private final Server server;
  private final AtomicInteger opened = new AtomicInteger();
  private final PeerRef.Node peer =
      new PeerRef.Node(NodeKey.generate(KeyType.ED25519).nodeId());
  private final PeerHttpConfig config = PeerHttpConfig.defaults()
      .withRate(new ServiceLimits.Rate(1000, 1000), Duration.ofSeconds(10));

  PeerHttpTest(Kind kind) {
    this.kind = kind;
    server = new Server(kind, Server.GENEROUS.withMaxBodyBytes(64 << 20));
  }

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
    OkHttpClient client = PeerHttp.client(node(), peer, config);

    for (int i = 0; i < 5; i++) {
      assertThat(get(client, "/host")).isEqualTo(peer.id().toString());
    }
    assertThat(opened).hasValue(1);
  }

  /** More than all windows and buffers on the way hold. */
  @Test
  void streamsLargeBodiesEitherWay() throws Exception {
    server.router.serve("/digest", (request, response) -> {
      var digest = MessageDigest.getInstance("SHA-256");
      var all = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
      request.body().transferTo(all);
      response.send(digest.digest());
    });
    byte[] block = new byte[1 << 20];
    new Random(3).nextBytes(block);
    server.router.serve("/blocks", (request, response) -> {
      try (OutputStream out = response.body()) {
        for (int i = 0; i < BLOCKS; i++) {
          out.write(block);
        }
      }
    });
    OkHttpClient client =
        PeerHttp.client(node(), peer, config.withMaxResponseBytes((long) BLOCKS * block.length));
    var digest = MessageDigest.getInstance("SHA-256");
    for (int i = 0; i < BLOCKS; i++) {
      digest.update(block);
    }
    byte[] expected = digest.digest();

    var upload = new Request.Builder().url(PeerHttp.url("/digest")).post(blocks(block));
    try (Response response = client.newCall(upload.build()).execute()) {
      assertThat(response.body().bytes()).isEqualTo(expected);
    }
    var download = new Request.Builder().url(PeerHttp.url("/blocks"));
    try (Response response = client.newCall(download.build()).execute()) {
      response
          .body()
          .byteStream()
          .transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    }
    assertThat(digest.digest()).isEqualTo(expected);
    assertThat(opened).hasValue(1);
  }

  private static RequestBody blocks(byte[] block) {
    return new RequestBody() {
      @Override
      public MediaType contentType() {
        return null;
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        for (int i = 0; i < BLOCKS; i++) {
          sink.write(block);
        }
      }
    };
  }

  @Test
  void opensAnotherStreamWhereTheFirstIsToEnd() throws IOException {
    server.router.serve("/a", (request, response) -> response.send("a"));
    OkHttpClient client = PeerHttp.client(node(), peer, config);
    var last = new Request.Builder().url(PeerHttp.url("/a")).header("Connection", "close");

    for (int i = 0; i < 3; i++) {
      try (Response response = client.newCall(last.build()).execute()) {
        assertThat(response.body().string()).isEqualTo("a");
      }
    }
    assertThat(opened).hasValue(3);
    await().until(() -> server.context.counters().openConnections() == 0);
    assertThat(server.context.counters().refused()).isZero();
  }

  @Test
  void anAnswerBeforeTheEndOfTheRequestIsRead() throws IOException {
    server.router.serve("/no", (request, response) -> response.status(403).send("no"));
    OkHttpClient client = PeerHttp.client(node(), peer, config);

    var request =
        new Request.Builder().url(PeerHttp.url("/no")).post(RequestBody.create(new byte[2 << 20]));
    try (Response response = client.newCall(request.build()).execute()) {
      assertThat(response.code()).isEqualTo(403);
    }
  }

  @Test
  void aResponseThatIsBrokenOffIsAFailure() {
    server.router.serve("/half", (request, response) -> {
      response.body().write(new byte[100_000]);
      throw new IllegalStateException("half way");
    });
    OkHttpClient client = PeerHttp.client(node(), peer, config);

    assertThatThrownBy(() -> get(client, "/half")).isInstanceOf(IOException.class);
  }

  @Test
  void aServiceThatIsSilentForTooLongIsLeft() {
    OkHttpClient client = PeerHttp.client(
        node(),
        peer,
        config.withTimes(Duration.ofSeconds(10), Duration.ofMillis(200), Duration.ofSeconds(10)));
    server.router.serve("/waits", (request, response) -> {
      response.body().flush();
      new CountDownLatch(1).await(60, TimeUnit.SECONDS);
    });

    assertThatThrownBy(() -> get(client, "/waits")).isInstanceOf(SocketTimeoutException.class);
    if (kind == Kind.STREAM) {
      // A socket that is closed looks to the other end like one that says no more.
      await().until(() -> server.context.counters().refused(Refusal.BROKEN) == 1);
      await().until(() -> server.context.counters().openConnections() == 0);
    }
  }

  @Test
  void failsAtOnceWithoutARoute() {
    OkHttpClient client = PeerHttp.client(
        FakeNode.opening(deadline -> CompletableFuture.failedFuture(
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
        FakeNode.opening(deadline -> new CompletableFuture<>()),
        peer,
        config.withTimes(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(1)));

    assertThatThrownBy(() -> get(client, "/a")).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void waitsForTheRateAndThenFails() throws IOException {
    server.router.serve("/a", (request, response) -> response.send("a"));
    GossipNode node = node();
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
  void atTheLimitOfOpenCallsOneMoreWaitsUntilAResponseIsReadOrClosed() throws IOException {
    server.router.serve("/a", (request, response) -> response.send("a"));
    GossipNode node = node();
    var two = config.withConcurrency(2).withRate(config.rate(), Duration.ofMillis(50));
    OkHttpClient client = PeerHttp.client(node, peer, two);
    Response first = client.newCall(call("/a")).execute();
    Response second = client.newCall(call("/a")).execute();
    assertThat(metric(node, "twine_http_calls_running")).isEqualTo(2);

    assertThatExceptionOfType(PeerHttpException.class)
        .isThrownBy(() -> get(client, "/a"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TwineException.Code.RATE_LIMITED));
    assertThat(first.body().string()).isEqualTo("a");
    second.close();

    assertThat(get(client, "/a")).isEqualTo("a");
    assertThat(metric(node, "twine_http_calls_running")).isZero();
    assertThat(metric(node, "twine_http_calls_total")).isEqualTo(4);
    assertThat(metric(node, "answered")).isEqualTo(3);
    assertThat(metric(node, "rate_limited")).isEqualTo(1);
  }

  @Test
  void aCallThatWaitsForAPlaceGoesOnWhenThereIsOne() throws Exception {
    server.router.serve("/a", (request, response) -> response.send("a"));
    GossipNode node = node();
    OkHttpClient client = PeerHttp.client(node, peer, config.withConcurrency(1));
    var waiting = new CompletableFuture<String>();
    try (Response first = client.newCall(call("/a")).execute()) {
      client.newCall(call("/a")).enqueue(new Callback() {
        @Override
        public void onFailure(Call call, IOException e) {
          waiting.completeExceptionally(e);
        }

        @Override
        public void onResponse(Call call, Response response) throws IOException {
          waiting.complete(response.body().string());
        }
      });
      await().until(() -> metric(node, "twine_http_calls_running") == 2);
      assertThat(waiting).isNotDone();
      assertThat(first.code()).isEqualTo(200);
    }
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo("a");
    assertThat(metric(node, "twine_http_calls_delayed_total")).isEqualTo(1);
  }

  @Test
  void aVariantHasInterceptorsAndTimeoutsOfItsOwnOnTheSameStream() throws IOException {
    server.router.serve(
        "/a", (request, response) -> response.send(request.header("x-mine").orElse("none")));
    OkHttpClient client = PeerHttp.client(node(), peer, config);
    OkHttpClient variant = client
        .newBuilder()
        .callTimeout(Duration.ofSeconds(9))
        .addInterceptor(chain ->
            chain.proceed(chain.request().newBuilder().header("X-Mine", "yes").build()))
        .build();

    assertThat(get(client, "/a")).isEqualTo("none");
    assertThat(get(variant, "/a")).isEqualTo("yes");
    assertThat(opened).hasValue(1);
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
    OkHttpClient client = PeerHttp.client(node(), peer, config.withMaxResponseBytes(100_000));

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
    OkHttpClient client = PeerHttp.client(node(), peer, config);
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
    OkHttpClient client = PeerHttp.client(node(), peer, config);
    var failures = new CompletableFuture<List<Throwable>>();
    Thread loop = new FastThreadLocalThread(() -> failures.complete(List.of(
        catchThrowable(() -> get(client, "/a")),
        catchThrowable(() ->
            TcpServiceStream.connect("127.0.0.1", 9, Optional.empty(), Duration.ofSeconds(5))))));
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
    OkHttpClient client = PeerHttp.client(node(), peer, config);

    try (Response response =
        client.newCall(new Request.Builder().url(PeerHttp.url("/r")).build()).execute()) {
      assertThat(response.code()).isEqualTo(302);
    }
    assertThatThrownBy(() -> client
            .newCall(new Request.Builder().url("http://127.0.0.1/").build())
            .execute())
        .isInstanceOf(PeerHttpException.class);
  }

  private GossipNode node() {
    return FakeNode.opening(deadline -> {
      opened.incrementAndGet();
      return server.open();
    });
  }

  /** By its name, or the value of its only label. */
  private static double metric(GossipNode node, String name) {
    return PeerHttp.metrics(node).stream()
        .filter(one -> one.name().equals(name) || one.labels().containsValue(name))
        .mapToDouble(Metric::value)
        .sum();
  }

  private static Request call(String path) {
    return new Request.Builder().url(PeerHttp.url(path)).build();
  }

  private static String get(OkHttpClient client, String path) throws IOException {
    var request = new Request.Builder().url(PeerHttp.url(path)).build();
    try (Response response = client.newCall(request).execute()) {
      return response.body().string();
    }
  }
}
