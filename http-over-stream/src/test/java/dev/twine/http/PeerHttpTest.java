package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Kind.class)
class PeerHttpTest extends Calling {
  private static final int BLOCKS = 24;

  PeerHttpTest(Kind kind) {
    super(kind);
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
}
