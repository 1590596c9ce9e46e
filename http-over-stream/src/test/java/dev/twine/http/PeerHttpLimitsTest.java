package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.twine.network.GossipNode;
import dev.twine.network.TwineException;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How long a client waits, for how many calls it does, and how much it takes. */
@ParameterizedClass
@EnumSource(Kind.class)
class PeerHttpLimitsTest extends Calling {
  PeerHttpLimitsTest(Kind kind) {
    super(kind);
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
}
