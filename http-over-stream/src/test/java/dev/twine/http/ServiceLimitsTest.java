package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Kind.class)
class ServiceLimitsTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  @Parameter
  private Kind kind;

  @Test
  void aLineOfTheLimitIsServedAndOneByteMoreIsNot() throws IOException {
    try (var server = echoing(Server.GENEROUS)) {
      int rest = 4096 - "GET /a? HTTP/1.1".length();
      assertThat(server.talk(GET.replace("/a", "/a?" + "x".repeat(rest))))
          .startsWith("HTTP/1.1 200 ");
      assertThat(server.talk(GET.replace("/a", "/a?" + "x".repeat(rest + 1))))
          .startsWith("HTTP/1.1 414 ");
    }
  }

  @Test
  void headersOfTheLimitAreServedAndOneMoreIsNot() throws IOException {
    try (var server = echoing(Server.GENEROUS)) {
      assertThat(server.talk(GET.replace("Host", "X: y\r\n".repeat(62) + "Host")))
          .startsWith("HTTP/1.1 200 ");
      assertThat(server.talk(GET.replace("Host", "X: y\r\n".repeat(63) + "Host")))
          .startsWith("HTTP/1.1 431 ");
      assertThat(server.talk(GET.replace("Host", "X: " + "y".repeat(8192) + "\r\nHost")))
          .startsWith("HTTP/1.1 431 ");
    }
  }

  @Test
  void aBodyOfTheLimitIsServedAndOneByteMoreIsNot() throws IOException {
    try (var server = echoing(Server.GENEROUS.withMaxBodyBytes(1000))) {
      String post = "POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
      String body = "x".repeat(1000);
      assertThat(server.talk(post + "Content-Length: 1000\r\n\r\n" + body)).endsWith(body);
      assertThat(server.talk(post + "Content-Length: 1001\r\n\r\n" + body + "x"))
          .startsWith("HTTP/1.1 413 ");
      String chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
      assertThat(server.talk(chunked + "3e8\r\n" + body + "\r\n0\r\n\r\n")).endsWith(body);
      assertThat(server.talk(chunked + "3e9\r\n" + body + "x\r\n0\r\n\r\n"))
          .startsWith("HTTP/1.1 413 ");
      assertThat(server.context.counters().refused(Refusal.BODY_TOO_LARGE)).isEqualTo(2);
    }
  }

  @Test
  void compressedBodiesAndOddExpectationsAndMethodsAreTurnedAway() throws IOException {
    try (var server = echoing(Server.GENEROUS)) {
      String post = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n";
      assertThat(server.talk(post + "Content-Encoding: zstd\r\n\r\nx")).startsWith("HTTP/1.1 415 ");
      assertThat(server.talk(post + "Expect: 200-ok\r\n\r\nx")).startsWith("HTTP/1.1 417 ");
      assertThat(server.talk(GET.replace("GET", "TRACE")))
          .startsWith("HTTP/1.1 405 ")
          .contains("allow: GET");
      assertThat(server.talk(GET.replace("HTTP/1.1", "HTTP/1.2"))).startsWith("HTTP/1.1 505 ");
    }
  }

  @Test
  void slowHeadsAreCutOffAndOthersServedMeanwhile() throws IOException {
    var limits = Server.GENEROUS.withTimes(
        Duration.ofMillis(400), Duration.ofSeconds(30), Duration.ofSeconds(20));
    try (var server = echoing(limits);
        Socket slow = server.connect()) {
      send(slow, "GET /a HTT");
      assertThat(server.talk(GET)).startsWith("HTTP/1.1 200 ");
      assertThat(Server.readUntilBroken(slow)).as("closed without an answer").isEmpty();
      assertThat(server.context.counters().refused(Refusal.SLOW_HEAD)).isEqualTo(1);
    }
  }

  @Test
  void aSilentBodyGetsTheStatusForIt() throws IOException {
    var limits = Server.GENEROUS.withTimes(
        Duration.ofSeconds(10), Duration.ofMillis(300), Duration.ofSeconds(20));
    try (var server = echoing(limits);
        Socket slow = server.connect()) {
      send(slow, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
      assertThat(Answer.read(slow.getInputStream()).status()).isEqualTo(408);
    }
  }

  @Test
  void aResponseThatIsNotReadIsCutOff() throws Exception {
    var limits = Server.GENEROUS.withTimes(
        Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMillis(500));
    var failed = new CountDownLatch(1);
    try (var server = new Server(kind, limits);
        Socket stalled = server.connect()) {
      server.router.serve("/a", (request, response) -> {
        try (OutputStream out = response.body()) {
          for (int i = 0; i < 100_000; i++) {
            out.write(new byte[16 << 10]);
          }
        } catch (IOException e) {
          failed.countDown();
          throw e;
        }
      });
      send(stalled, GET);
      assertThat(failed.await(20, TimeUnit.SECONDS)).isTrue();
      await().until(() -> server.context.counters().openConnections() == 0);
      assertThat(server.context.counters().refused(Refusal.STALLED)).isEqualTo(1);
    }
  }

  @Test
  void healthAnswersWhileEveryServiceThreadIsTaken() throws Exception {
    var release = new CountDownLatch(1);
    try (var server = new Server(kind, Server.GENEROUS.withConcurrency(2));
        Socket first = server.connect();
        Socket second = server.connect()) {
      var running = new CountDownLatch(2);
      server.router.serve("/a", (request, response) -> {
        running.countDown();
        assertThat(release.await(10, TimeUnit.SECONDS)).isTrue();
      });
      server.router.serveImmediate("/health", () -> ImmediateAnswer.text(200, "well"));
      send(first, GET);
      send(second, GET);
      assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

      assertThat(server.talk(GET)).startsWith("HTTP/1.1 503 ").contains("retry-after: 1\r\n");
      assertThat(server.talk(GET.replace("/a", "/health"))).endsWith("well");
      assertThat(server.talk(GET.replace("/a", "/health").replace("GET", "POST")))
          .startsWith("HTTP/1.1 405 ");
      release.countDown();
      assertThat(Answer.read(first.getInputStream()).status()).isEqualTo(200);
    }
  }

  @Test
  void beyondTheRateOfAPeerComes429AndWhenToReturn() throws IOException {
    var limits =
        Server.GENEROUS.withRates(new ServiceLimits.Rate(1, 3), new ServiceLimits.Rate(1000, 1000));
    try (var server = echoing(limits);
        Socket socket = server.connect()) {
      for (int i = 0; i < 3; i++) {
        send(socket, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(Answer.read(socket.getInputStream()).status()).isEqualTo(200);
      }
      send(socket, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
      Answer refused = Answer.read(socket.getInputStream());
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("retry-after")).isEqualTo("1");
      assertThat(server.context.counters().refused(Refusal.PEER_RATE)).isEqualTo(1);
    }
  }

  @Test
  void aConnectionThatIsIdleBetweenRequestsIsClosed() throws IOException {
    var stall = Server.GENEROUS.connection().writeStall();
    var limits =
        Server.GENEROUS.withConnection(new ServiceLimits.Connection(stall, Duration.ofMillis(300)));
    try (var server = echoing(limits);
        Socket socket = server.connect()) {
      send(socket, GET.replace("Connection: close\r\n", ""));
      assertThat(Answer.read(socket.getInputStream()).status()).isEqualTo(200);

      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aBodyBelowTheLeastRateGetsTheStatusForItAlthoughItIsNotSilent() throws IOException {
    ServiceLimits.Body was = Server.GENEROUS.body();
    var limits = Server.GENEROUS.withBody(
        new ServiceLimits.Body(was.bytes(), was.silence(), 1000, Duration.ofMillis(200)));
    try (var server = echoing(limits);
        Socket slow = server.connect()) {
      send(slow, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
      send(slow, "x".repeat(100));

      assertThat(Answer.read(slow.getInputStream()).status()).isEqualTo(408);
      assertThat(server.context.counters().refused(Refusal.SLOW_BODY)).isEqualTo(1);
    }
  }

  private Server echoing(ServiceLimits limits) {
    var server = new Server(kind, limits);
    server.router.serve(
        "/a", (request, response) -> response.send(request.body().readAllBytes()));
    return server;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
