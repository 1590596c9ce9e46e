package dev.twine.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes, one of each mode, a from b from c: what goes from one end to the other passes the
 * middle, which is on both transports.
 */
@Tag("process")
class LineOfProcessesTest {
  private static final int MESSAGES = 1000;
  private static final Duration SOON = Duration.ofSeconds(10);

  private static TwineNode a;
  private static TwineNode b;
  private static TwineNode c;
  private static Duration meeting;

  @BeforeAll
  static void startTheLine(@TempDir Path directory) {
    a = start(directory, "a", "--mode", "ws", "--ws-listen", "127.0.0.1:0");
    b = TwineNode.start(directory, "b", "--peer", a.ws());
    c = start(directory, "c", "--mode", "p2p", "--peer", b.p2p());
    long started = System.nanoTime();
    TwineProcess.await(
        () -> a.knows(b.id()) && b.knows(a.id()) && b.knows(c.id()) && c.knows(b.id()),
        Duration.ofSeconds(15),
        () -> "neighbours know each other: " + a.peers() + b.peers() + c.peers());
    meeting = Duration.ofNanos(System.nanoTime() - started);
  }

  @AfterAll
  static void stopTheLine() {
    for (TwineNode node : new TwineNode[] {a, b, c}) {
      if (node != null) {
        node.close();
      }
    }
  }

  @Test
  void neighboursKnowEachOtherWithin15SecondsAndTheEndsHaveNoSession() {
    System.out.println("line of three processes: all known after " + meeting.toMillis() + " ms");

    JsonNode peersOfA = a.json("peers");

    assertThat(peersOfA).hasSize(1);
    assertThat(peersOfA.get(0).get("nodeId").asText()).isEqualTo(b.id());
    assertThat(peersOfA.get(0).get("direction").asText()).isEqualTo("in");
    assertThat(b.peers()).hasSize(2);
    assertThat(c.peers()).hasSize(1);
    assertThat(c.peers().get(0).get("direction").asText()).isEqualTo("out");
    assertThat(peersOfA.get(0).get("transport").asText()).isEqualTo("ws");
    assertThat(c.peers().get(0).get("transport").asText()).isEqualTo("p2p");
  }

  @Test
  void aThousandMessagesReachEveryListenerExactlyOnce() {
    try (TwineProcess atB = listenForTransactions(b);
        TwineProcess atC = listenForTransactions(c);
        TwineProcess alsoAtC = listenForTransactions(c)) {
      List.of(atB, atC, alsoAtC).forEach(listener -> listener.awaitErr("listening"));

      JsonNode sent = a.json(
          "send", "--tag", "TX", "--count", "" + MESSAGES, "--size", "200B", "--rate", "500/s");
      JsonNode last = a.json("send", "--tag", "TX", "the last one");

      assertThat(sent.get("accepted").asInt()).isEqualTo(MESSAGES);
      assertThat(sent.get("refused").asInt()).isZero();
      assertThat(last.get("accepted").asInt()).isOne();
      assertThatAllCameOnce(atB);
      assertThatAllCameOnce(atC);
      assertThatAllCameOnce(alsoAtC);
    }
  }

  @Test
  void theEndsLearnEachOthersIdsFromWhatTheySend() {
    try (TwineProcess atC = c.run("listen", "--count", "1", "--timeout", "30s", "-o", "json");
        TwineProcess atA = a.run("listen", "--count", "1", "--timeout", "30s", "-o", "json")) {
      atC.awaitErr("listening");
      atA.awaitErr("listening");

      a.json("send", "hello from the one end");
      JsonNode heardByC = TwineProcess.parse(atC.succeeded());
      c.json("send", "hello from the other end");
      JsonNode heardByA = TwineProcess.parse(atA.succeeded());

      assertThat(heardByC.get("text").asText()).isEqualTo("hello from the one end");
      assertThat(heardByC.get("origin").asText()).isEqualTo(a.id());
      assertThat(heardByC.get("via").asText()).isEqualTo(b.id());
      assertThat(heardByA.get("text").asText()).isEqualTo("hello from the other end");
      assertThat(heardByA.get("origin").asText()).isEqualTo(c.id());
    }
  }

  @Test
  void aDirectMessageReachesTheNeighbourAndNobodyElse() {
    try (TwineProcess atB = b.run("listen", "--count", "1", "--timeout", "30s", "-o", "json");
        TwineProcess atA = a.run("listen", "--timeout", "3s", "-o", "json")) {
      atB.awaitErr("listening");
      atA.awaitErr("listening");

      c.json("send", "--to", b.id(), "for b alone");

      assertThat(TwineProcess.parse(atB.succeeded()).get("text").asText()).isEqualTo("for b alone");
      assertThat(atA.succeeded()).doesNotContain("for b alone");
    }
  }

  @Test
  void chatOnAPipeShowsWhoWroteWhatAndEndsWithItsInput() {
    try (TwineProcess atA = a.run("chat");
        TwineProcess atC = c.run("chat")) {
      atA.awaitErr("ready");
      atC.awaitErr("ready");

      atA.type("good morning");
      TwineProcess.await(
          () -> atC.out().contains(last8(a) + ": good morning"),
          SOON,
          () -> "a line of " + a.id() + " in " + atC.out());
      atC.type("same to you: ä");
      TwineProcess.await(
          () -> atA.out().contains(last8(c) + ": same to you: ä"),
          SOON,
          () -> "a line of " + c.id() + " in " + atA.out());

      atA.endInput();
      assertThat(atA.awaitExit()).isZero();
      atC.terminate();
      assertThat(atC.awaitExit(Duration.ofSeconds(5))).isZero();
    }
  }

  @Test
  void aLocalServerIsCalledThroughTheNodeThatServesIt() throws IOException {
    HttpServer local =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    local.createContext("/files", exchange -> {
      boolean known = exchange.getRequestURI().getPath().equals("/files/a.txt");
      byte[] body = (known ? "content of a" : "no such file").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(known ? 200 : 404, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    local.start();
    String target = "http://127.0.0.1:" + local.getAddress().getPort();
    try (TwineProcess serve = a.run("http", "serve", "--prefix", "/files", "--to", target);
        TwineProcess atB = b.run("http", "serve", "--prefix", "/files", "--to", target)) {
      serve.awaitErr("serving");
      atB.awaitErr("serving");

      try (TwineProcess found = b.run("http", "get", a.id(), "/files/a.txt");
          TwineProcess overLibp2p = c.run("http", "get", b.id(), "/files/a.txt");
          TwineProcess missing = b.run("http", "get", a.id(), "/files/b.txt");
          TwineProcess other = b.run("http", "get", a.id(), "/elsewhere", "-i");
          TwineProcess unknown = c.run("http", "get", a.id(), "/files/a.txt")) {
        assertThat(found.succeeded()).isEqualTo("content of a");
        assertThat(overLibp2p.succeeded()).isEqualTo("content of a");
        assertThat(missing.awaitExit()).isEqualTo(1);
        assertThat(missing.lastErr()).startsWith("error: ").contains("404");
        assertThat(other.awaitExit()).isEqualTo(1);
        assertThat(other.lastErr()).startsWith("error: ").contains("404");
        assertThat(unknown.awaitExit()).isEqualTo(3);
        assertThat(unknown.lastErr()).startsWith("error: ").contains(a.id());
      }
      serve.terminate();
      assertThat(serve.awaitExit(Duration.ofSeconds(5))).isZero();
    } finally {
      local.stop(0);
    }
  }

  @Test
  void aTerminatedNodeEndsNormallyWithinFiveSeconds(@TempDir Path directory) {
    try (TwineNode d = TwineNode.start(directory, "d", "--peer", a.ws())) {
      TwineProcess.await(() -> d.knows(a.id()), SOON, "d knows a");

      d.process().terminate();

      assertThat(d.process().awaitExit(Duration.ofSeconds(5))).isZero();
      TwineProcess.await(() -> !a.knows(d.id()), SOON, "a has noticed");
    }
  }

  private static TwineNode start(Path directory, String name, String... args) {
    return TwineNode.begin(Application.onClassPath(), directory, name, List.of(args))
        .ready();
  }

  private static TwineProcess listenForTransactions(TwineNode node) {
    return node.run(
        "listen", "--tag", "TX", "--count", "" + (MESSAGES + 1), "--timeout", "40s", "-o", "json");
  }

  /** The message sent last came last, so a second copy of any would have taken the place of another. */
  private static void assertThatAllCameOnce(TwineProcess listener) {
    assertThat(listener.awaitExit()).as("%s", listener.err()).isZero();
    var bodies = new ArrayList<String>();
    var times = new ArrayList<Instant>();
    for (String line : listener.out()) {
      JsonNode message = TwineProcess.parse(line);
      bodies.add((message.has("text") ? message.get("text") : message.get("base64")).asText());
      times.add(Instant.parse(message.get("receivedAt").asText()));
    }
    assertThat(bodies).hasSize(MESSAGES + 1).contains("the last one");
    assertThat(new HashSet<>(bodies)).hasSize(MESSAGES + 1);
    // 500/s means that the last of 1,000 is sent 1,998 ms after the first.
    assertThat(Duration.between(times.get(0), times.get(MESSAGES - 1)))
        .isGreaterThan(Duration.ofMillis(1_900));
  }

  private static String last8(TwineNode node) {
    return node.id().substring(node.id().length() - 8);
  }
}
