package dev.twine.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.twine.node.text.Json;
import io.netty.util.LeakPresenceDetector;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands against two nodes of this process that are connected over loopback. */
class RunningNodeTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir
  private Path directory;

  private final List<Run> running = new ArrayList<>();
  private JsonNode a;
  private JsonNode b;

  @BeforeEach
  void startTwoNodes() {
    a = node("a", "--ws-listen", "127.0.0.1:0");
    b = node("b", "--ws-listen", "127.0.0.1:0", "--peer", a.get("ws").asText());
    await().atMost(SOON).until(() -> knows(a, b) && knows(b, a));
  }

  @AfterEach
  void stopAll() {
    running.forEach(Run::interrupt);
    running.forEach(run -> await().atMost(SOON).until(() -> run.code() >= 0));
  }

  @AfterAll
  static void nothingLeaked() {
    LeakPresenceDetector.check();
  }

  @Test
  void whatOneSendsTheOtherHearsOnceWithItsAuthor() {
    Run listen =
        start("listen", "--admin", admin(b), "--count", "20", "--timeout", "15s", "-o", "json");
    await().atMost(SOON).until(() -> listen.err().contains("listening"));

    JsonNode sent = json(a, "send", "--count", "20", "--size", "200B", "--rate", "200/s");

    assertThat(sent.get("accepted").asInt()).isEqualTo(20);
    assertThat(sent.get("refused").asInt()).isZero();
    assertThat(sent.get("peers").asInt()).isEqualTo(1);
    await().atMost(SOON).until(() -> listen.code() >= 0);
    assertThat(listen.code()).isZero();
    var texts = new HashSet<String>();
    listen.out().lines().map(RunningNodeTest::parse).forEach(line -> {
      assertThat(line.get("origin")).isEqualTo(a.get("nodeId"));
      assertThat(line.get("via")).isEqualTo(a.get("nodeId"));
      assertThat(line.get("size").asInt()).isEqualTo(200);
      texts.add(line.get("text").asText());
    });
    assertThat(texts).hasSize(20);
  }

  @Test
  void anEqualRawBodyIsRefusedAndCountedByReason() {
    json(a, "send", "--tag", "TX", "equal");

    Run again = command(a, "send", "--tag", "TX", "equal");

    assertThat(again.code()).isEqualTo(1);
    assertThat(parse(again.out()).get("reasons").get("DUPLICATE").asInt()).isEqualTo(1);
    assertThat(again.lastErr()).startsWith("error: ").contains("DUPLICATE");
  }

  @Test
  void anUnknownTagIsAUsageErrorAndAnUnknownPeerIsNotFound() {
    Run tag = command(a, "send", "--tag", "Q9", "x");
    assertThat(tag.code()).isEqualTo(2);
    assertThat(tag.lastErr()).contains("Q9");
    Run peer = command(a, "send", "--to", "s999", "x");
    assertThat(peer.code()).isEqualTo(3);
    assertThat(peer.out()).isEmpty();
  }

  @Test
  void peersArePingedAndDisconnected() {
    String id = b.get("nodeId").asText();

    JsonNode ping = json(a, "ping", id, "-n", "2");
    assertThat(ping.get("nodeId").asText()).isEqualTo(id);
    assertThat(ping.get("rttMillis")).hasSize(2);
    assertThat(command(a, "ping", a.get("nodeId").asText()).code()).isEqualTo(3);
    assertThat(command(a, "peers", "disconnect", id).code()).isZero();
    Run unreachable = command(a, "peers", "connect", "127.0.0.1:1");
    assertThat(unreachable.code()).isEqualTo(3);
    assertThat(unreachable.lastErr()).contains("127.0.0.1:1").contains("connect");
  }

  @Test
  void bothEndsOfASessionKnowTheProgramOfTheOther() {
    JsonNode out = json(b, "peers").get(0);
    assertThat(out.get("direction").asText()).isEqualTo("out");
    assertThat(out.get("agent").asText()).isEqualTo(Version.agent());
    assertThat(json(a, "peers").get(0).get("agent").asText()).isEqualTo(Version.agent());
  }

  @Test
  void chatGoesBothWaysOverPipes() throws IOException {
    var typed = new PipedOutputStream();
    Run atA = started(Run.start(new PipedInputStream(typed), "chat", "--admin", admin(a)));
    Run atB = start("chat", "--admin", admin(b));
    await().atMost(SOON).until(() -> atA.err().contains("ready") && atB.err().contains("ready"));

    typed.write("good morning\n".getBytes(StandardCharsets.UTF_8));
    typed.flush();

    String id = a.get("nodeId").asText();
    String line = id.substring(id.length() - 8) + ": good morning";
    await().atMost(SOON).until(() -> atB.out().lines().anyMatch(line::equals));
    typed.close();
    await().atMost(SOON).until(() -> atA.code() == 0);
  }

  @Test
  void aLocalServerIsAServiceOfItsNodeUntilTheCommandEnds() throws IOException {
    HttpServer local =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    local.createContext("/", exchange -> {
      byte[] body = ("you asked for " + exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(
          exchange.getRequestURI().getPath().endsWith("missing") ? 404 : 200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    local.start();
    try {
      String to = "http://127.0.0.1:" + local.getAddress().getPort();
      Run serve = start("http", "serve", "--prefix", "/x", "--to", to, "--admin", admin(a));
      await().atMost(SOON).until(() -> serve.err().contains("serving"));
      String id = a.get("nodeId").asText();

      Run get = Run.of("http", "get", id, "/x/y?z=1", "--admin", admin(b));
      assertThat(get.err()).isEmpty();
      assertThat(get.out()).isEqualTo("you asked for /x/y?z=1");
      Run missing = Run.of("http", "get", id, "/x/missing", "-i", "--admin", admin(b));
      assertThat(missing.code()).isEqualTo(1);
      assertThat(missing.out()).startsWith("HTTP/1.1 404").endsWith("/x/missing");

      serve.interrupt();
      await().atMost(SOON).until(() -> serve.code() == 0);
    } finally {
      local.stop(0);
    }
  }

  private JsonNode node(String name, String... more) {
    Path ports = directory.resolve(name + ".ports");
    var args = new ArrayList<>(List.of(
        "run", "--network-id", "test", "--admin", "127.0.0.1:0", "--ports-file", ports.toString()));
    args.addAll(List.of(more));
    Run run = start(args.toArray(String[]::new));
    await().atMost(SOON).until(() -> run.err().contains("Node is ready") || run.code() >= 0);
    assertThat(run.err()).contains("Node is ready");
    try {
      return parse(Files.readString(ports));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Run start(String... args) {
    return started(Run.start(new Silence(), args));
  }

  private Run started(Run run) {
    running.add(run);
    return run;
  }

  private static boolean knows(JsonNode node, JsonNode other) {
    for (JsonNode peer : json(node, "peers")) {
      if (peer.get("nodeId").equals(other.get("nodeId"))) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode json(JsonNode node, String... args) {
    Run run = command(node, args);
    assertThat(run.err()).isEmpty();
    return parse(run.out());
  }

  private static Run command(JsonNode node, String... args) {
    var all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--admin", admin(node), "-o", "json"));
    return Run.of(all.toArray(String[]::new));
  }

  private static String admin(JsonNode node) {
    return node.get("admin").asText();
  }

  private static JsonNode parse(String line) {
    return Json.parse(line.getBytes(StandardCharsets.UTF_8));
  }

  /** Standard input of a command in the background. */
  private static final class Silence extends InputStream {
    @Override
    public int read() {
      return -1;
    }
  }
}
