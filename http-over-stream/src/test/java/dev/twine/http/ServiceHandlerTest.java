package dev.twine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Kind.class)
class ServiceHandlerTest {
  private final Server server;

  ServiceHandlerTest(Kind kind) {
    server = new Server(kind, Server.GENEROUS.withMaxBodyBytes(64 << 20));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void answersWithDecodedParametersAndQuery() throws IOException {
    server.router.serve(
        "/block/{round}/{name}",
        (request, response) -> response.send(request.parameter("round") + "|"
            + request.parameter("name") + "|" + request.query() + "|" + request.path()));

    String answer = server.talk(
        "GET /block/7/a%20b%C3%A9?x=%41&y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n");
    byte[] body = "7|a b\u00e9|x=%41&y|/block/7/a b\u00e9".getBytes(StandardCharsets.UTF_8);
    assertThat(answer).endsWith("\r\n\r\n" + new String(body, StandardCharsets.ISO_8859_1));
  }

  @Test
  void keepsTheConnectionBetweenRequests() throws IOException {
    server.router.serve("/a", (request, response) -> response.send(request.method()));

    try (Socket socket = server.connect()) {
      for (int i = 0; i < 20; i++) {
        send(socket, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(Answer.read(socket.getInputStream()).text()).isEqualTo("GET");
      }
    }
    await().until(() -> server.context.counters().answered() == 20);
  }

  @Test
  void answersRequestsSentInAdvanceInTheirOrder() throws IOException {
    server.router.serve("/{n}", (request, response) -> response.send(request.parameter("n")));

    try (Socket socket = server.connect()) {
      var all = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      send(socket, all.toString());
      for (int i = 0; i < 20; i++) {
        assertThat(Answer.read(socket.getInputStream()).text()).isEqualTo(String.valueOf(i));
      }
    }
  }

  @Test
  void endsAConnectionThatSendsTooManyRequestsInAdvance() throws IOException {
    server.router.serve("/a", (request, response) -> response.send("a"));

    String answers = server.talk("GET /a HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1500));

    assertThat(answers).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(server.context.counters().refused(Refusal.PIPELINE)).isEqualTo(1);
  }

  @Test
  void streamsBothWaysWithoutLoss() throws Exception {
    server.router.serve("/echo", (request, response) -> {
      try (OutputStream out = response.body()) {
        request.body().transferTo(out);
      }
    });
    byte[] sent = new byte[20 << 20];
    new Random(7).nextBytes(sent);

    try (Socket socket = server.connect()) {
      var writer = new Thread(() -> {
        try {
          send(
              socket,
              "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + sent.length + "\r\n\r\n");
          socket.getOutputStream().write(sent);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      writer.start();
      Answer answer = Answer.read(socket.getInputStream());
      writer.join();
      assertThat(sha256(answer.body())).isEqualTo(sha256(sent));
      send(socket, "GET /none HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(Answer.read(socket.getInputStream()).status()).isEqualTo(404);
    }
  }

  @Test
  void holdsBackACallerWhoseServiceDoesNotRead() throws Exception {
    var read = new CountDownLatch(1);
    server.router.serve("/slow", (request, response) -> {
      assertThat(read.await(10, TimeUnit.SECONDS)).isTrue();
      response.send(String.valueOf(request.body().readAllBytes().length));
    });
    byte[] sent = new byte[16 << 20];

    try (Socket socket = server.connect()) {
      socket.setSendBufferSize(64 << 10);
      send(socket, "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: " + sent.length + "\r\n\r\n");
      var writer = new Thread(() -> {
        try {
          socket.getOutputStream().write(sent);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
      writer.start();
      writer.join(500);
      assertThat(writer.isAlive()).as("16 MiB do not fit into buffers").isTrue();
      read.countDown();
      assertThat(Answer.read(socket.getInputStream()).text()).isEqualTo("16777216");
      writer.join();
    }
  }

  @Test
  void asksForABodyOnlyWhenTheServiceReadsIt() throws IOException {
    server.router.serve(
        "/read",
        (request, response) ->
            response.send(new String(request.body().readAllBytes(), StandardCharsets.UTF_8)));
    server.router.serve("/leave", (request, response) -> response.status(403).send("no"));
    String head = " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";

    try (Socket socket = server.connect()) {
      send(socket, "POST /read" + head);
      assertThat(Answer.line(socket.getInputStream())).isEqualTo("HTTP/1.1 100 Continue");
      assertThat(Answer.line(socket.getInputStream())).isEmpty();
      send(socket, "abc");
      assertThat(Answer.read(socket.getInputStream()).text()).isEqualTo("abc");
      send(socket, "POST /leave" + head);
      Answer answer = Answer.read(socket.getInputStream());
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.header("connection")).isEqualTo("close");
    }
  }

  @Test
  void answersACallerThatHasEndedItsHalf() throws IOException {
    server.router.serve(
        "/a", (request, response) -> response.send("got " + request.body().readAllBytes().length));

    try (Socket socket = server.connect()) {
      send(socket, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxy");
      socket.shutdownOutput();
      assertThat(Answer.read(socket.getInputStream()).text()).isEqualTo("got 2");
    }
  }

  @Test
  void answersAllThatACallerAskedForBeforeItEndedItsHalf() throws IOException {
    server.router.serve("/{n}", (request, response) -> response.send(request.parameter("n")));
    server.router.serveImmediate("/health", () -> ImmediateAnswer.text(200, "well"));

    try (Socket socket = server.connect()) {
      send(socket, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n");
      send(socket, "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
      socket.shutdownOutput();
      assertThat(Answer.read(socket.getInputStream()).text()).isEqualTo("1");
      assertThat(Answer.read(socket.getInputStream()).text()).isEqualTo("well");
      assertThat(Answer.read(socket.getInputStream()).text()).isEqualTo("2");
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    await().until(() -> server.context.counters().openConnections() == 0);
  }

  @Test
  void aBodyThatIsCutShortIsTheCallersFault() throws IOException {
    server.router.serve(
        "/a", (request, response) -> response.send("got " + request.body().readAllBytes().length));

    try (Socket socket = server.connect()) {
      send(socket, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxy");
      socket.shutdownOutput();
      assertThat(Answer.read(socket.getInputStream()).status()).isEqualTo(400);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(server.context.counters().refused(Refusal.BROKEN)).isEqualTo(1);
    assertThat(server.context.counters().refused(Refusal.SERVICE_FAILED)).isZero();
  }

  @Test
  void headHasTheHeadersOfGetAndNoBody() throws IOException {
    server.router.serve("/a", (request, response) -> response.send("hello"));
    server.router.serve("/stream", (request, response) -> response.body().write(new byte[9]));

    try (Socket socket = server.connect()) {
      send(socket, "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n");
      Answer head = Answer.head(socket.getInputStream());
      assertThat(head.header("content-length")).isEqualTo("5");
      send(socket, "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(Answer.head(socket.getInputStream()).header("transfer-encoding"))
          .isNull();
      send(socket, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(Answer.read(socket.getInputStream()).text()).isEqualTo("hello");
    }
  }

  @Test
  void aCallerSeesTheEndOfTheLastResponseBeforeItHasClosed() throws IOException {
    server.router.serve("/a", (request, response) -> response.send("a"));

    try (Socket socket = server.connect()) {
      send(socket, "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .endsWith("\r\n\r\na");
      assertThat(server.context.counters().openConnections()).isEqualTo(1);
    }
    await().until(() -> server.context.counters().openConnections() == 0);
  }

  @Test
  void answersACallerWhoseParameterHoldsASlash() throws IOException {
    server.router.serve(
        "/file/{name}",
        (request, response) -> response.send(request.parameter("name") + " " + request.rawPath()));

    assertThat(server.talk("GET /file/a%2Fb?x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .endsWith("\r\n\r\na/b /file/a%2Fb");
  }

  @Test
  void tellsOldCallersTheEndByClosing() throws IOException {
    server.router.serve(
        "/a",
        (request, response) -> response.body().write("abc".getBytes(StandardCharsets.US_ASCII)));

    String answer = server.talk("GET /a HTTP/1.0\r\n\r\n");

    assertThat(answer).doesNotContain("chunked", "keep-alive");
    assertThat(answer).endsWith("\r\n\r\nabc");
  }

  @Test
  void hidesWhatFailedInAService() throws IOException {
    server.router.serve("/a", (request, response) -> {
      throw new IllegalStateException("secret of /etc/shadow");
    });

    String answer = server.talk("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 500 ").doesNotContain("secret", "Exception", "\tat ");
    assertThat(server.context.counters().refused(Refusal.SERVICE_FAILED)).isEqualTo(1);
  }

  @Test
  void breaksOffWhenAServiceFailsInsideItsResponse() throws IOException {
    server.router.serve("/a", (request, response) -> {
      OutputStream out = response.body();
      out.write(1);
      out.flush();
      throw new IllegalStateException("half way");
    });

    try (Socket socket = server.connect()) {
      send(socket, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(Server.readUntilBroken(socket)).doesNotContain("\r\n0\r\n", "HTTP/1.1 500");
    }
    assertThat(server.context.counters().refused(Refusal.SERVICE_FAILED)).isEqualTo(1);
  }

  @Test
  void keepsToThePromisedLength() throws IOException {
    server.router.serve(
        "/short",
        (request, response) -> response.header("Content-Length", "5").body().write(new byte[3]));
    server.router.serve(
        "/exact",
        (request, response) -> response
            .header("Content-Length", "5")
            .body()
            .write("12345".getBytes(StandardCharsets.US_ASCII)));

    try (Socket socket = server.connect()) {
      send(socket, "GET /exact HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(Answer.read(socket.getInputStream()).text()).isEqualTo("12345");
      send(socket, "GET /short HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(Server.readUntilBroken(socket)).doesNotContain("HTTP/1.1 500");
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
