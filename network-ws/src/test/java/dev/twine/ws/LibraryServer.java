package dev.twine.ws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twine.network.Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.java_websocket.server.WebSocketServer;

/** A gossip server made of Java-WebSocket, which answers as a test says. */
final class LibraryServer extends WebSocketServer implements AutoCloseable {
  /** Instead of a value: whatever the client sent under that name. */
  static final String ECHO = "echo";

  final List<ByteBuffer> messages = new CopyOnWriteArrayList<>();
  final List<String> closes = new CopyOnWriteArrayList<>();
  final List<ClientHandshake> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private final Map<String, String> headers;
  private final byte[] greeting;

  LibraryServer(Map<String, String> headers, byte[] greeting) throws InterruptedException {
    super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    this.headers = headers;
    this.greeting = greeting;
    setDaemon(true);
    start();
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** The headers that go-algorand asks of an answer. */
  static Map<String, String> answer() {
    var headers = new HashMap<String, String>();
    headers.put("X-Algorand-Version", "2.2");
    headers.put("X-Algorand-NodeRandom", "AAAAAAAAAAAAAA==");
    headers.put("X-Algorand-Genesis", "net");
    return headers;
  }

  Address address() {
    return Address.ws("127.0.0.1", getPort());
  }

  /** The first message of that tag, without it. */
  byte[] await(String tag) {
    return Awaitility.await()
        .until(
            () -> messages.stream()
                .map(LibraryServer::bytes)
                .filter(message -> message[0] == tag.charAt(0) && message[1] == tag.charAt(1))
                .findFirst()
                .map(message -> Arrays.copyOfRange(message, 2, message.length)),
            Optional::isPresent)
        .orElseThrow();
  }

  private static byte[] bytes(ByteBuffer message) {
    byte[] bytes = new byte[message.remaining()];
    message.duplicate().get(bytes);
    return bytes;
  }

  @Override
  public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(
      WebSocket connection, Draft draft, ClientHandshake request) throws InvalidDataException {
    requests.add(request);
    var response = super.onWebsocketHandshakeReceivedAsServer(connection, draft, request);
    headers.forEach((name, value) ->
        response.put(name, value.equals(ECHO) ? request.getFieldValue(name) : value));
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

  /** The library lists a connection only after it has answered it: waits until there is one. */
  @Override
  public void broadcast(byte[] message) {
    awaitConnection();
    super.broadcast(message);
  }

  @Override
  public void broadcast(String text) {
    awaitConnection();
    super.broadcast(text);
  }

  private void awaitConnection() {
    Awaitility.await().until(() -> !getConnections().isEmpty());
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
