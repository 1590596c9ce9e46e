package dev.twine.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.twine.identity.KeyType;
import dev.twine.identity.NodeKey;
import dev.twine.network.TransportKind;
import dev.twine.node.config.Mode;
import dev.twine.node.text.Json;
import java.io.ByteArrayInputStream;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands against two nodes of this process that are connected over loopback, in each mode. */
@ParameterizedClass
@EnumSource(Mode.class)
class RunningNodeTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** More than a client in a program takes by itself: a command holds none of it. */
  private static final String LARGE = "0123456789abcdef".repeat(7 << 16);

  @Parameter
  private Mode mode;

  @TempDir
  private Path directory;

  private final List<Run> running = new ArrayList<>();
  private JsonNode a;
  private JsonNode b;

  @BeforeEach
  void startTwoNodes() {
    a = node("a");
    b = node("b", "--peer", address(a), "--exchange", "false");
    await().atMost(SOON).until(() -> knows(a, b) && knows(b, a));
  }

  @AfterEach
  void stopAll() {
    running.forEach(Run::interrupt);
    running.forEach(run -> await().atMost(SOON).until(() -> run.code() >= 0));
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
    assertThat(again.lastErr()).startsWith("error: ").contains("DUPLICATE", "change the message");
    Run large = command(a, "send", "--count", "1", "--size", "6MiB");
    assertThat(large.lastErr()).startsWith("error: ").contains("TOO_LARGE", "send less at once");
  }

  @Test
  void linesOfAChatAreShownInTheOrderInWhichTheyWereTyped() {
    Run shown = start("chat", "--admin", admin(b));
    await().atMost(SOON).until(() -> shown.err().contains("ready"));
    List<String> lines = IntStream.range(0, 500).mapToObj(Integer::toString).toList();

    byte[] typed = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    Run chat = Run.start(new ByteArrayInputStream(typed), "chat", "--admin", admin(a));

    await().atMost(SOON).until(() -> chat.code() == 0);
    await().atMost(SOON).until(() -> shown.out().lines().count() == lines.size());
    assertThat(shown.out().lines().map(line -> line.substring(line.indexOf(' ') + 1)))
        .containsExactlyElementsOf(lines);
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
  }

  @Test
  void connectingSaysWhatFailedAndWhetherItIsTheUsersMistake() {
    String nobody = address(b).replaceFirst("(:|/tcp/)[0-9]+", "$11");
    assertThat(command(a, "peers", "disconnect", b.get("nodeId").asText()).code())
        .isZero();
    assertRefused(command(a, "peers", "connect", nobody), 3, nobody, "connect");
    String foreign = mode == Mode.P2P ? "127.0.0.1:1" : "/ip4/127.0.0.1/tcp/1";
    assertRefused(command(a, "peers", "connect", foreign), 2, foreign, "address");
    if (mode.has(TransportKind.P2P)) {
      String another = NodeKey.generate(KeyType.ED25519).nodeId().toString();
      String wrong = b.get("p2p").get(0).asText().replaceFirst("12D3.*", another);
      assertRefused(command(a, "peers", "connect", wrong), 3, wrong, "peer");
    }

    JsonNode connected = json(a, "peers", "connect", address(b));

    assertThat(connected.get("nodeId")).isEqualTo(b.get("nodeId"));
  }

  @Test
  void aNodeTellsItsListenersAndItsSessionsTheirTransport() {
    JsonNode id = json(a, "id");
    assertThat(id.get("mode").asText()).isEqualTo(mode.label());
    for (String field : List.of("nodeId", "ws", "p2p", "admin")) {
      assertThat(id.get(field)).as(field).isEqualTo(a.get(field));
    }
    assertThat(a.get("ws").isNull()).isEqualTo(!mode.has(TransportKind.WS));
    assertThat(a.get("p2p")).hasSize(mode.has(TransportKind.P2P) ? 1 : 0);
    a.get("p2p")
        .forEach(address -> assertThat(address.asText())
            .matches("/ip4/127\\.0\\.0\\.1/tcp/[0-9]+/p2p/" + a.get("nodeId").asText()));
    JsonNode session = json(b, "peers").get(0);
    assertThat(session.get("transport").asText()).isEqualTo(mode == Mode.WS ? "ws" : "p2p");
    assertThat(session.get("address").asText()).endsWith(address(a));
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
      byte[] body = exchange.getRequestURI().getPath().endsWith("large")
          ? LARGE.getBytes(StandardCharsets.UTF_8)
          : ("you asked for " + exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
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

      Run large = Run.of("http", "get", id, "/x/large", "--admin", admin(b));
      assertThat(large.err()).isEmpty();
      assertThat(large.out()).isEqualTo(LARGE);

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
    args.addAll(List.of("--mode", mode.label()));
    if (mode.has(TransportKind.WS)) {
      args.addAll(List.of("--ws-listen", "127.0.0.1:0"));
    }
    if (mode.has(TransportKind.P2P)) {
      args.addAll(List.of("--p2p-listen", "/ip4/127.0.0.1/tcp/0"));
    }
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

  private String address(JsonNode node) {
    return (mode == Mode.WS ? node.get("ws") : node.get("p2p").get(0)).asText();
  }

  private Run start(String... args) {
    return started(Run.start(new Silence(), args));
  }

  private Run started(Run run) {
    running.add(run);
    return run;
  }

  private static void assertRefused(Run run, int code, String value, String word) {
    assertThat(run.code()).as("%s", run.err()).isEqualTo(code);
    assertThat(run.lastErr()).startsWith("error: ").contains(value).contains(word);
    assertThat(run.out()).isEmpty();
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
