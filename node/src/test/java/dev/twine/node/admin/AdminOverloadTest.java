package dev.twine.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twine.network.PeerInfo;
import dev.twine.node.FakeNode;
import dev.twine.node.config.HostPort;
import dev.twine.node.text.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** As many calls at a time as there are threads for, and one more. */
class AdminOverloadTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String LIST =
      "{\"jsonrpc\":\"2.0\",\"method\":\"peers.list\",\"id\":1,\"params\":{}}";

  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger waiting = new AtomicInteger();
  private final FakeNode node = new FakeNode();
  private final AdminServer server = AdminServer.start(
      new ManagedNode(node, node.key, "ws", "1", false, false, System.nanoTime()),
      AdminConfig.of(Optional.of(new HostPort("127.0.0.1", 0)), Optional.empty()));
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void stop() {
    gate.countDown();
    server.close();
  }

  @Test
  void aCallTooManyIsAnErrorOfRpcAndLaterCallsAreAnswered() {
    node.peers = new WaitingPeers();
    var calls = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < AdminServer.MAX_CALLS; i++) {
      calls.add(post());
    }
    await().atMost(SOON).until(() -> waiting.get() == AdminServer.MAX_CALLS);

    HttpResponse<String> refused = post().join();
    HttpResponse<String> metrics = get("/metrics");
    HttpResponse<String> alive = get("/livez");

    assertThat(refused.statusCode()).isEqualTo(200);
    JsonNode answer = parse(refused.body());
    assertThat(answer.get("id").isNull()).isTrue();
    assertThat(answer.at("/error/code").asInt()).isEqualTo(RpcException.TWINE_ERROR);
    assertThat(answer.at("/error/data/code").asText()).isEqualTo("RATE_LIMITED");
    assertThat(answer.at("/error/data/value").asText()).isEqualTo("" + AdminServer.MAX_CALLS);
    assertThat(metrics.statusCode()).isEqualTo(503);
    assertThat(alive.statusCode()).isEqualTo(200);
    gate.countDown();
    calls.forEach(call -> assertThat(parse(call.join().body()).has("result")).isTrue());
    // A thread answers before it is free again.
    await().atMost(SOON).until(() -> parse(post().join().body()).has("result"));
  }

  private CompletableFuture<HttpResponse<String>> post() {
    HttpRequest request = request("/rpc")
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(LIST))
        .build();
    return client.sendAsync(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) {
    return client.sendAsync(request(path).build(), BodyHandlers.ofString()).join();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
        .timeout(SOON);
  }

  private static JsonNode parse(String body) {
    return Json.parse(body.getBytes(StandardCharsets.UTF_8));
  }

  /** Whoever wants to list them waits at the gate. */
  private final class WaitingPeers extends AbstractList<PeerInfo> {
    @Override
    public PeerInfo get(int index) {
      throw new IndexOutOfBoundsException(index);
    }

    @Override
    public int size() {
      waiting.incrementAndGet();
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return 0;
    }
  }
}
