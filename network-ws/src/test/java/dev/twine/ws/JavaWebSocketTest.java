package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.twine.broadcaster.Lane;
import dev.twine.broadcaster.OutboundMessage;
import dev.twine.gossip.CloseReason;
import dev.twine.network.Address;
import dev.twine.network.TwineException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.LeakPresenceDetector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshake;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.java_websocket.server.WebSocketServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends of the protocol against a WebSocket library that shares no code with ours. */
@Timeout(30)
class JavaWebSocketTest {
  private FakeContext context;
  private WsTransport transport;
  private Address address;

  @AfterAll
  static void leaksNothing() {
    LeakPresenceDetector.check();
  }

  @BeforeEach
  void start() {
    context = new FakeContext("net", 1);
    transport = new WsTransport(WsConfig.listening("127.0.0.1", 0));
    address = transport.listen(context).get(0);
  }

  @AfterEach
  void stop() {
    transport.close();
    context.close();
  }

  /** A client that says what go-algorand says. */
  private static final class Client extends WebSocketClient implements AutoCloseable {
    final List<ByteBuffer> messages = new CopyOnWriteArrayList<>();
    final CountDownLatch closed = new CountDownLatch(1);
    volatile int closeCode;
    volatile String closeReason = "";

    Client(Address address) throws InterruptedException {
      super(URI.create(address + "/v1/net/gossip"), headers());
      assertThat(connectBlocking(10, TimeUnit.SECONDS)).isTrue();
    }

    private static Map<String, String> headers() {
      return Map.of(
          "X-Algorand-Accept-Version", "2.2", "X-Algorand-NodeRandom", "AAAAAAAAAAAAAA==");
    }

    @Override
    public void onOpen(ServerHandshake handshake) {}

    @Override
    public void onMessage(String text) {}

    @Override
    public void onMessage(ByteBuffer message) {
      messages.add(message);
    }

    @Override
    public void onClose(int code, String reason, boolean remote) {
      closeCode = code;
      closeReason = reason;
      closed.countDown();
    }

    @Override
    public void onError(Exception failure) {}
  }

  /** A server that answers as a test says. */
  private static final class Server extends WebSocketServer implements AutoCloseable {
    final List<ByteBuffer> messages = new CopyOnWriteArrayList<>();
    final List<String> closes = new CopyOnWriteArrayList<>();
    final CountDownLatch started = new CountDownLatch(1);
    private final Map<String, String> headers;
    private final byte[] greeting;

    Server(Map<String, String> headers, byte[] greeting) throws InterruptedException {
      super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      this.headers = headers;
      this.greeting = greeting;
      setDaemon(true);
      start();
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    }

    Address address() {
      return Address.ws("127.0.0.1", getPort());
    }

    @Override
    public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(
        WebSocket connection, Draft draft, ClientHandshake request)
        throws org.java_websocket.exceptions.InvalidDataException {
      var response = super.onWebsocketHandshakeReceivedAsServer(connection, draft, request);
      headers.forEach(response::put);
      return response;
    }

    @Override
    public void onOpen(WebSocket connection, ClientHandshake handshake) {
      if (greeting.length > 0) {
        connection.send(greeting);
      }
    }

    @Override
    public void onMessage(WebSocket connection, String text) {}

    @Override
    public void onMessage(WebSocket connection, ByteBuffer message) {
      messages.add(message);
    }

    @Override
    public void onClose(WebSocket connection, int code, String reason, boolean remote) {
      closes.add(code + " " + reason);
    }

    @Override
    public void onError(WebSocket connection, Exception failure) {}

    @Override
    public void onStart() {
      started.countDown();
    }

    @Override
    public void close() {
      try {
        stop(1_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private FakeContext.Session session() {
    await().until(() -> !context.sessions.isEmpty());
    return context.sessions.get(0);
  }

  @Test
  void exchangesMessagesWithAClient() throws Exception {
    try (var client = new Client(address)) {
      FakeContext.Session session = session();
      byte[] interest = ByteBufUtil.decodeHexDump("4d49010474616773024156");
      client.send(interest);
      client.send(Frames.message("TX", 70_000));
      send(session, "AV", new byte[100]);

      await().until(() -> session.messages.size() == 2 && client.messages.size() == 1);
      assertThat(session.messages.get(0)).isEqualTo(interest);
      assertThat(session.messages.get(1)).isEqualTo(Frames.message("TX", 70_000));
      assertThat(client.messages.get(0).remaining()).isEqualTo(102);
    }
  }

  @Test
  void dropsAClientThatSendsText() throws Exception {
    try (var client = new Client(address)) {
      client.send("TX in words");

      assertThat(client.closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(client.closeCode).isEqualTo(1002);
      assertThat(session().messages).isEmpty();
    }
  }

  @Test
  void dropsAClientWhoseMessageIsAboveItsTagsLimit() throws Exception {
    try (var client = new Client(address)) {
      client.send(Frames.message("AV", 2 + 1228));
      client.send(Frames.message("AV", 2 + 1229));

      assertThat(client.closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(client.closeCode).isEqualTo(1009);
      assertThat(session().messages).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DISCONNECTED, 1000",
    "SHUTDOWN,     1001",
    "BAD_DATA,     1002",
    "SLOW,         1008",
    "TOO_LARGE,    1009",
    "IO_ERROR,     1011",
  })
  void closesWithACodeThatSaysWhy(CloseReason.Kind kind, int code) throws Exception {
    try (var client = new Client(address)) {
      session().close(CloseReason.of(kind));

      assertThat(client.closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(client.closeCode).isEqualTo(code);
      assertThat(client.closeReason).isEmpty();
    }
  }

  @Test
  void tellsOthersOfADuplicateAsGoAlgorandDoes() throws Exception {
    try (var client = new Client(address)) {
      session().close(CloseReason.of(CloseReason.Kind.DUPLICATE_ID));

      assertThat(client.closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(client.closeCode).isEqualTo(1002);
      assertThat(client.closeReason).isEqualTo("Duplicate connection");
    }
  }

  private static Map<String, String> answer() {
    return Map.of(
        "X-Algorand-Version", "2.2",
        "X-Algorand-NodeRandom", "AAAAAAAAAAAAAA==",
        "X-Algorand-Genesis", "net");
  }

  private FakeContext.Session dial(Server server) throws Exception {
    return (FakeContext.Session)
        transport.dial(server.address(), Duration.ofSeconds(10)).get(15, TimeUnit.SECONDS);
  }

  @Test
  void exchangesMessagesWithAServerThatSpeaksFirst() throws Exception {
    byte[] first = Frames.message("TX", 1_000);
    try (var server = new Server(answer(), first)) {
      FakeContext.Session session = dial(server);
      send(session, "TX", new byte[200_000]);

      await().until(() -> session.messages.size() == 1 && server.messages.size() == 1);
      assertThat(session.messages.get(0)).isEqualTo(first);
      assertThat(server.messages.get(0).remaining()).isEqualTo(200_002);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "X-Algorand-Version,        1.0,   no common version",
    "X-Algorand-NodeRandom,     '',    X-Algorand-NodeRandom",
    "X-Algorand-Genesis,        other, another network",
    "X-Algorand-Genesis,        '',    another network",
  })
  void leavesAServerWhoseHeadersDoNotFit(String name, String value, String reason)
      throws Exception {
    var headers = new java.util.HashMap<>(answer());
    headers.put(name, value);
    try (var server = new Server(headers, new byte[0])) {
      assertThatThrownBy(() -> dial(server))
          .cause()
          .isInstanceOf(TwineException.class)
          .hasMessageContaining(reason);
      await().until(() -> server.closes.size() == 1);
      assertThat(server.closes).containsExactly("1002 Unsupported headers");
      assertThat(context.permits).hasValue(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"%%%", "gaFhAQ==", "AAAA"})
  void leavesAServerWhoseIdentityDoesNotHold(String challenge) throws Exception {
    var headers = new java.util.HashMap<>(answer());
    headers.put("X-Algorand-IdentityChallenge", challenge);
    try (var server = new Server(headers, new byte[0])) {
      assertThatThrownBy(() -> dial(server)).cause().hasMessageContaining("step identity");
      await().until(() -> server.closes.size() == 1);
      assertThat(server.closes).containsExactly("1002 Invalid identity response");
    }
  }

  private static void send(FakeContext.Session session, String tag, byte[] body) {
    var message = OutboundMessage.of(Frames.tag(tag), body, Lane.BULK, 0);
    ByteBuf frame = session.channel.alloc().buffer();
    session.terms.form().frame(message, frame);
    session.channel.writeAndFlush(frame);
  }
}
