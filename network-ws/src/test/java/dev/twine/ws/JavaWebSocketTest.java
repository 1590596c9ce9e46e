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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends of the protocol against a WebSocket library that shares no code with ours. */
@Timeout(30)
class JavaWebSocketTest {
  private FakeContext context;
  private WsTransport transport;
  private Address address;

  @BeforeAll
  static void lookOften() {
    LibraryServer.lookOften();
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

  private FakeContext.Session session() {
    await().until(() -> !context.sessions.isEmpty());
    return context.sessions.get(0);
  }

  @Test
  void exchangesMessagesWithAClient() throws Exception {
    try (var client = new LibraryClient(address)) {
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
    try (var client = new LibraryClient(address)) {
      client.send("TX in words");

      assertThat(client.closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(client.closeCode).isEqualTo(1002);
      assertThat(session().messages).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.twine.ws.LibraryClientEngineTest#tags")
  void takesAMessageOfItsTagsLimitAndNotOneByteMore(String tag, int maxBytes) throws Exception {
    try (var client = new LibraryClient(address)) {
      client.send(Frames.message(tag, 2 + maxBytes));
      client.send(Frames.message(tag, 2 + maxBytes + 1));

      assertThat(client.awaitClose()).isEqualTo(1009);
      assertThat(session().messages).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.twine.ws.LibraryClientEngineTest#tags")
  void takesAMessageOfAServerOfItsTagsLimitAndNotOneByteMore(String tag, int maxBytes)
      throws Exception {
    byte[] largest = Frames.message(tag, 2 + maxBytes);
    try (var server = new LibraryServer(LibraryServer.answer(), largest)) {
      FakeContext.Session session = dial(server);
      server.broadcast(Frames.message(tag, 2 + maxBytes + 1));

      await().until(() -> server.closes.size() == 1);
      assertThat(server.closes).containsExactly("1009 ");
      assertThat(session.messages).hasSize(1);
      assertThat(Arrays.equals(session.messages.get(0), largest)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.twine.ws.LibraryClientEngineTest#tags")
  void sendsAMessageOfItsTagsLimitToAClientAndToAServer(String tag, int maxBytes) throws Exception {
    var largest = ByteBuffer.wrap(Frames.message(tag, 2 + maxBytes));
    byte[] body = Arrays.copyOfRange(largest.array(), 2, 2 + maxBytes);
    try (var client = new LibraryClient(address)) {
      send(session(), tag, body);
      await().until(() -> client.messages.size() == 1);
      assertThat(client.messages.get(0).equals(largest)).isTrue();
    }
    try (var server = new LibraryServer(LibraryServer.answer(), new byte[0])) {
      send(dial(server), tag, body);
      await().until(() -> server.messages.size() == 1);
      assertThat(server.messages.get(0).equals(largest)).isTrue();
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
    try (var client = new LibraryClient(address)) {
      session().close(CloseReason.of(kind));

      assertThat(client.closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(client.closeCode).isEqualTo(code);
      assertThat(client.closeReason).isEmpty();
    }
  }

  @Test
  void tellsOthersOfADuplicateAsGoAlgorandDoes() throws Exception {
    try (var client = new LibraryClient(address)) {
      session().close(CloseReason.of(CloseReason.Kind.DUPLICATE_ID));

      assertThat(client.closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(client.closeCode).isEqualTo(1002);
      assertThat(client.closeReason).isEqualTo("Duplicate connection");
    }
  }

  private FakeContext.Session dial(LibraryServer server) throws Exception {
    return (FakeContext.Session)
        transport.dial(server.address(), Duration.ofSeconds(10)).get(15, TimeUnit.SECONDS);
  }

  @Test
  void exchangesMessagesWithAServerThatSpeaksFirst() throws Exception {
    byte[] first = Frames.message("TX", 1_000);
    try (var server = new LibraryServer(LibraryServer.answer(), first)) {
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
    var headers = new java.util.HashMap<>(LibraryServer.answer());
    headers.put(name, value);
    try (var server = new LibraryServer(headers, new byte[0])) {
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
    var headers = new java.util.HashMap<>(LibraryServer.answer());
    headers.put("X-Algorand-IdentityChallenge", challenge);
    try (var server = new LibraryServer(headers, new byte[0])) {
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
